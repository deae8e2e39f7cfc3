// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eventlog/record.h"
#include "flight/failure.h"

namespace flightcast::scoring {

// The reason of a failure whose outcome was made, and refused for good by a topic or by the store.
inline constexpr const char* kRefused = "refused";

// A dead letter's key: the request's id, else its record's key, else its record's place. There
// always is one: a compacted topic takes no record without.
[[nodiscard]] std::string dead_letter_key(
    const flight::Failure& failure, const eventlog::Record& record
);

// The record of `failure` for the dead-letter topic `topic`: behind `headers` its own, which name
// cause, stage and place.
[[nodiscard]] eventlog::NewRecord dead_letter(
    const flight::Failure& failure,
    std::string topic,
    std::string key,
    std::vector<eventlog::Header> headers
);

// A dead letter again, without the text of the record that failed; nothing when it has none.
[[nodiscard]] std::optional<eventlog::NewRecord> without_text(const eventlog::NewRecord& letter);

}  // namespace flightcast::scoring
