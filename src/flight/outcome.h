// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/uuid.h"

namespace flightcast::flight {

// Which of the two ends a request came to. flight/precedence.h decides which counts if there are
// several.
enum class OutcomeKind { prediction, failure };

// The end of one accepted request: the value of its record on the response topic or on the
// dead-letter topic, unchanged.
struct Outcome {
    base::Uuid id;
    OutcomeKind kind{};
    std::string json;

    bool operator==(const Outcome&) const = default;
};

// The outcome that a record's value stands for; nothing for a tombstone and for a
// record without a request id, which no client can ask for.
[[nodiscard]] std::optional<Outcome> outcome_of_record(
    OutcomeKind kind, const std::optional<std::string>& value
);

}  // namespace flightcast::flight
