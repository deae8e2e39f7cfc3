// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flight/outcome.h"

namespace flightcast::flight {

// The topics of the log, by their records. Every part of the program that names a topic takes the
// name from here.
struct TopicSet {
    std::string request;
    std::string response;                                     // predictions
    std::string dead_letter;                                  // failures
    std::string arrival = "flight-delay-ml-arrival";          // reports of what really happened
    std::string evaluation = "flight-delay-ml-evaluation";    // predictions beside arrivals
    std::string models = "flight-delay-ml-models";            // the registry of models
    std::string shadow = "flight-delay-ml-shadow";            // answers of challengers
    std::string model_parts = "flight-delay-ml-model-parts";  // their bundles

    // The topics that hold outcomes: predictions, then failures.
    [[nodiscard]] std::vector<std::string> outcomes() const;

    // All topics, in the order in which they are created and listed.
    [[nodiscard]] std::vector<std::string> all() const;

    // The kind of the outcomes on `topic`. REQUIRES: `topic` is one of outcomes().
    [[nodiscard]] OutcomeKind kind_of(std::string_view topic) const;
};

}  // namespace flightcast::flight
