// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "features/online/fold.h"
#include "flight/airports/airport_table.h"

namespace flightcast::features::online {

// The bytes of a fold's state, little-endian: "FCONLINE", then as 32-bit numbers the fold's
// version, how many bytes the rest unpacks to and their CRC-32; then, packed by zlib:
//
//   clock                        8: a double
//   carriers, airports, numbers  each: 4 how many; then of each 1 byte length, and its text
//   tables, as for_each_table    each: 4 how many; then of each key, in rising order:
//                                8 key, 4 seconds of its last news before the clock, then
//                                4 + 4 for each mean: sum and weight, as floats
//                                4 + 4 for each effect: minutes and variance, as floats
//
// The same state gives the same bytes. Sums lose what a float does not hold, and the flights that
// corrections go by are left out: who goes on from a state goes on from its bytes (parse_state).
[[nodiscard]] std::vector<std::byte> serialize_state(const Fold& fold);

// The fold that goes on from `bytes`, which errors call `source`. Fails with corrupt, or with
// unsupported when another version of the fold made them.
[[nodiscard]] base::Result<Fold> parse_state(
    std::span<const std::byte> bytes,
    const std::string& source,
    std::shared_ptr<const flight::AirportTable> airports
);

}  // namespace flightcast::features::online
