// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/uuid.h"

namespace flightcast::flight {

// Which of the two ends a request came to. If both exist for one id, the prediction counts.
enum class OutcomeKind { prediction, failure };

// What became of one accepted request: the value of its record on the response topic or on the
// dead-letter topic, unchanged.
struct Outcome {
    base::Uuid id;
    OutcomeKind kind{};
    std::string json;

    bool operator==(const Outcome&) const = default;
};

}  // namespace flightcast::flight
