// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace flightcast::flight {

// The header of a request that is to be answered from arrivals reported before it: the end of the
// arrival topic when the request was written, as a decimal offset. Topics have no order between
// them, so without it a scorer that follows the arrivals may be a few milliseconds behind.
inline constexpr std::string_view kArrivalsHeader = "flightcast-arrivals";

// The offset that the header's value names; nothing when it is invalid.
[[nodiscard]] std::optional<std::int64_t> arrivals_before(std::string_view value);

}  // namespace flightcast::flight
