// SPDX-License-Identifier: Apache-2.0
#include "flight/topics/arrivals_before.h"

#include <charconv>
#include <system_error>

namespace flightcast::flight {

std::optional<std::int64_t> arrivals_before(std::string_view value) {
    std::int64_t offset = 0;
    const char* const last = value.data() + value.size();
    const auto [end, error] = std::from_chars(value.data(), last, offset);
    if (error != std::errc() || end != last || offset < 0) return std::nullopt;
    return offset;
}

}  // namespace flightcast::flight
