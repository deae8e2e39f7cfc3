// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "eventlog/replay.h"
#include "pipeline/feed.h"
#include "pipeline/stage.h"

namespace flightcast::pipeline {

// The worker that steps a stage.
enum class Placement {
    with_log,  // the one that commits an embedded log; of another log, one of its own
    own,       // one of its own, so that it delays nothing but itself
};

// Whether the log keeps records for as long as a stage has not read them.
enum class Unread { kept, trimmed };

// The end of a stage when its process ends in order and the log is not embedded.
enum class AtEnd {
    stop,      // nothing new; what it leaves is for others, or for after the next start
    read_out,  // work on what its partitions hold when it is its turn to end, in the time there is
};

// Whether requests are answered only while a stage works: then /readyz fails when it is stuck.
enum class Needed { yes, no };

// One row of the table of stages: everything that the program knows of a stage. Joining, following,
// lag, retention, health and the lines at the start go by these rows alone.
struct StageSpec {
    std::string name;  // in log lines and as the label of its lag: "scorer"
    std::string verb;  // the label of its times and batches: "score"

    // Read as a member of the group, whose members share the partitions. No topics: no group.
    std::string group{};
    std::vector<std::string> topics{};

    // Read besides, without a group: all of their records in every process, and up to where they
    // ended at the start before anything else is read.
    std::optional<eventlog::ReplayOptions> follows{};

    // Follows only while it has a partition of its group: one that takes over reads first, up to
    // where the topics end then.
    bool follows_on_duty = false;

    // Whether all that can be read of `follows` is read each time before `topics` are: then an
    // embedded stage works on no record before the followed ones that were committed with it.
    bool follows_closely = false;

    // For the line at its start: the topics that it publishes to, or the name of another place.
    std::vector<std::string> writes{};
    std::vector<std::pair<std::string, std::string>> details{};

    // The work on the records of `topics` and of `follows`. Neither: the stage is off in this
    // process, and `off` says why.
    Work work{};
    Consume consume{};
    eventlog::SetAside set_aside{};  // for outputs that their topic refuses for good
    std::string off{};

    std::chrono::milliseconds pace{0};  // see WorkerPart::pace
    Placement placement = Placement::with_log;
    Unread retention = Unread::kept;
    Needed needed = Needed::yes;
    AtEnd at_end = AtEnd::stop;
    StageOptions options{};

    [[nodiscard]] bool is_on() const { return work != nullptr || consume != nullptr; }
};

// One row of the table of topics.
struct TopicRule {
    std::string name;
    std::optional<std::int32_t> partitions{};              // none: as many as are configured
    std::optional<std::chrono::milliseconds> retention{};  // none: as for other topics
    bool is_optional = false;   // without it only a part is off that predictions do not need
    bool is_of_models = false;  // of the registry of models: without it only that is off
    bool by_size = true;        // whether its oldest records go when the log is too large
};

}  // namespace flightcast::pipeline
