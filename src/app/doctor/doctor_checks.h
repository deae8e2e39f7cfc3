// SPDX-License-Identifier: Apache-2.0
//
// The checks of `flightcast doctor`. Each looks, changes nothing and never throws.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/doctor/doctor.h"
#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::app::doctor {

// An error, as a finding.
[[nodiscard]] inline Finding bad(
    const std::string& name, const base::Error& error, const char* advice
) {
    return {name, Finding::State::bad, error.detail, advice};
}

// Whether the server can listen, or what answers there already: a server of ours, ready or not.
[[nodiscard]] std::vector<Finding> check_port(const Patient& patient);

// Whether the data folder can be used, who uses it, and how much room there is.
[[nodiscard]] std::vector<Finding> check_data_folder(const Patient& patient);

// Whether the log can be read: the data folder's or, with --kafka, the brokers'. Its topics, and
// how many of their records wait for scorer and archiver.
[[nodiscard]] std::vector<Finding> check_log(const Patient& patient);
[[nodiscard]] std::vector<Finding> check_embedded_topics(const Patient& patient);

// With --mongo, whether it answers, and has distances.
[[nodiscard]] std::vector<Finding> check_store(const Patient& patient);

// Whether the stages keep up: how many records of the topics that were found wait for each.
[[nodiscard]] std::vector<Finding> check_groups(
    eventlog::Admin& admin,
    const options::ServeOptions& options,
    const std::vector<eventlog::TopicDescription>& found
);

// Whether predictions can be judged: whether reports of arrivals come, and whether horizon and
// retention fit.
[[nodiscard]] std::vector<Finding> check_arrivals(
    eventlog::Admin& admin,
    const options::ServeOptions& options,
    const std::vector<eventlog::TopicDescription>& found,
    base::WallTime now
);

// How many records wait for the stage called `name`; many are worth a warning.
[[nodiscard]] Finding say_waiting(const std::string& name, std::int64_t waiting);

// Whether the model can be read and answers.
[[nodiscard]] std::vector<Finding> check_model(const Patient& patient);

// Whether the clock is right as far as one machine can tell, and the time zone is known.
[[nodiscard]] std::vector<Finding> check_clock(const Patient& patient);

// Whether the process may open as many files as it may have connections.
[[nodiscard]] std::vector<Finding> check_file_limit(const Patient& patient);

}  // namespace flightcast::app::doctor
