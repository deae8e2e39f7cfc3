// SPDX-License-Identifier: Apache-2.0
#include "replay/targets/http_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace flightcast::replay::targets {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Goal: exactly the flights that a refusal names are left out; faults of the whole body name none.
TEST(HttpTarget, FindsTheFlightsThatAreRefused) {
    EXPECT_THAT(
        refused_places(
            R"({"type":"urn:x","errors":[{"pointer":"/12/Origin","detail":"a"},)"
            R"({"pointer":"/3/Dest","detail":"b \"}]"},{"pointer":"/12/Dest"}]})"
        ),
        ElementsAre(3, 12)
    );
    for (const char* problem :
         {"",
          "{}",
          "no JSON",
          R"({"errors":[]})",
          R"({"errors":[{"parameter":"wait"}]})",
          R"({"errors":[{"pointer":""},{"pointer":"/x/Origin"},{"pointer":"/5"}]})"}) {
        EXPECT_THAT(refused_places(problem), IsEmpty()) << problem;
    }
}

// Goal: people see the server's own words, and its first fault.
TEST(HttpTarget, TellsTheWordsOfTheServer) {
    EXPECT_EQ(
        words_of(
            {.status = 403,
             .body =
                 R"({"detail":"Event times are not taken.","errors":[{"pointer":"/0/RequestedAt",)"
                 R"("detail":"start it with --accept-event-time"}]})"}
        ),
        "Event times are not taken. /0/RequestedAt start it with --accept-event-time"
    );
    EXPECT_EQ(words_of({.status = 502, .body = "Bad gateway"}), "Bad gateway");
    EXPECT_LE(words_of({.status = 500, .body = std::string(5'000, 'x')}).size(), 300U);
}

}  // namespace
}  // namespace flightcast::replay::targets
