// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/join_log.h"

#include <gtest/gtest.h>

namespace flightcast::eventlog::kafka {
namespace {

struct Case {
    std::string_view facility;
    std::string_view line;
    std::optional<bool> joining;
};

// Goal: the log's lines on joining are understood, also where the group's name looks like one, and
// no other line is taken for one.
TEST(JoinLog, ReadsLines) {
    constexpr std::string_view kState = "CGRPJOINSTATE";
    const Case cases[] = {
        {kState, "", std::nullopt},
        {kState, "Group \"g\" changed", std::nullopt},
        {"CGRPSTATE", "Group \"g\" changed state init -> query-coord (join-state init)", {}},
        {kState, "Group \"g\" changed join state steady -> init (state up)", true},
        {kState, "[thrd:main]: Group \"g\" changed join state init -> wait-join (state up)", true},
        {kState, "Group \"g\" changed join state init -> wait-metadata (v3, state up)", true},
        {kState, "Group \"g\" changed join state wait-join -> wait-sync (state up)", true},
        {kState, "Group \"g\" changed join state wait-sync -> wait-assign-call (state up)", false},
        {kState,
         "Group \"g\" changed join state wait-sync -> wait-unassign-call (state up)",
         false},
        {kState,
         "Group \"a -> init \" changed join state wait-assign-call -> steady (state up)",
         false},
    };
    for (const Case& each : cases) {
        EXPECT_EQ(joining_after(each.facility, each.line), each.joining) << each.line;
    }
}

// Goal: what users want to have logged is logged, too.
TEST(JoinLog, KeepsWhatIsAskedFor) {
    EXPECT_EQ(debug_for_joining(""), "cgrp");
    EXPECT_EQ(debug_for_joining("broker,fetch"), "broker,fetch,cgrp");
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
