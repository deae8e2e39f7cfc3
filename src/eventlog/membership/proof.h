// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "eventlog/record.h"

namespace flightcast::eventlog::membership {

// One record in short, so that a log that still has it can be told from another one under the same
// name: a topic that was deleted and made again has other records at the same offsets.
struct Proof {
    Offset offset;
    RecordTime time;
    std::uint64_t hash = 0;  // of key and value

    bool operator==(const Proof&) const = default;
};

[[nodiscard]] Proof proof_of(const Record& record);

// As they stand beside a committed position: "fc1" and for each " OFFSET TIME HASH", the numbers
// decimal and the hash hexadecimal.
[[nodiscard]] std::string note_of(const std::vector<Proof>& proofs);

// Nothing for any other text, which others may have written.
[[nodiscard]] std::vector<Proof> proofs_in(std::string_view note);

// A position of a group with proofs of the log to which it belongs.
struct Claim {
    Position position;
    // Records of that log before the position, in order: the last is the one right before it, the
    // one before that was read earlier.
    std::vector<Proof> proofs{};

    bool operator==(const Claim&) const = default;
};

[[nodiscard]] std::vector<Position> positions_of(const std::vector<Claim>& claims);

}  // namespace flightcast::eventlog::membership
