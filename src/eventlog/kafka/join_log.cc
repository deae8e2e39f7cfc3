// SPDX-License-Identifier: Apache-2.0
//
// The line is: Group "g" changed join state steady -> init (state up)
#include "eventlog/kafka/join_log.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>

namespace flightcast::eventlog::kafka {

namespace {

constexpr int kFirstThatNeedsNoWatching = 0x020a0000;
constexpr std::string_view kFacility = "CGRPJOINSTATE";
constexpr std::string_view kArrow = " -> ";
// From wanting to join to having been given partitions.
constexpr std::array<std::string_view, 4> kJoining = {
    "init", "wait-join", "wait-metadata", "wait-sync"
};

}  // namespace

bool must_watch_joining() {
    return rd_kafka_version() < kFirstThatNeedsNoWatching;
}

std::string debug_for_joining(std::string_view wanted) {
    std::string debug(wanted);
    if (!debug.empty()) debug += ',';
    return debug + "cgrp";
}

std::optional<bool> joining_after(std::string_view facility, std::string_view line) {
    if (facility != kFacility) return std::nullopt;
    // The last one: a group may have any name.
    const std::size_t arrow = line.rfind(kArrow);
    if (arrow == std::string_view::npos) return std::nullopt;
    std::string_view state = line.substr(arrow + kArrow.size());
    state = state.substr(0, state.find(' '));
    return std::ranges::find(kJoining, state) != kJoining.end();
}

}  // namespace flightcast::eventlog::kafka
