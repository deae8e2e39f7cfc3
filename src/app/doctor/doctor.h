// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/options/options.h"
#include "base/clock.h"

namespace flightcast::app::doctor {

// The result of one look at one thing.
struct Finding {
    enum class State { good, warning, bad };

    std::string name;  // "port", "data folder"
    State state = State::good;
    std::string what;    // one sentence
    std::string advice;  // the way out; empty when nothing need be done

    bool operator==(const Finding&) const = default;
};

struct Patient {
    const options::ServeOptions& options;
    const base::Clock& clock;
};

// Looks at everything that a server with these options needs, one thing after the other, and
// changes nothing. Takes as long as the time limits of servers that do not answer.
[[nodiscard]] std::vector<Finding> examine(const Patient& patient);

// For people: a line for each finding, its advice below it.
[[nodiscard]] std::string findings_text(const std::vector<Finding>& findings);

// {"healthy": true, "checks": [{"name": "port", "state": "good", "what": "...", "advice": ""}]}
[[nodiscard]] std::string findings_json(const std::vector<Finding>& findings);

[[nodiscard]] bool healthy(const std::vector<Finding>& findings);

}  // namespace flightcast::app::doctor
