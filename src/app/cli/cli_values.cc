// SPDX-License-Identifier: Apache-2.0
#include "app/cli/cli_values.h"

#include <array>
#include <charconv>
#include <span>

namespace flightcast::app::cli {
namespace {

using base::Errc;
using base::fail;

struct Unit {
    std::string_view name;
    std::int64_t factor;
};

// Milliseconds; from large to small, so that the first that divides gives the shortest spelling.
constexpr std::array kDurationUnits = {
    Unit{"d", 86'400'000},
    Unit{"h", 3'600'000},
    Unit{"m", 60'000},
    Unit{"s", 1'000},
    Unit{"ms", 1},
};
constexpr std::int64_t kDurationMax = 3'650 * kDurationUnits[0].factor;

constexpr std::array kSizeUnits = {
    Unit{"GiB", 1'073'741'824},
    Unit{"GB", 1'000'000'000},
    Unit{"MiB", 1'048'576},
    Unit{"MB", 1'000'000},
    Unit{"KiB", 1'024},
    Unit{"kB", 1'000},
    Unit{"B", 1},
};
constexpr std::int64_t kSizeMax = 1'000'000 * kSizeUnits[1].factor;

std::string in_quotes(std::string_view text) {
    return "'" + std::string(text) + "'";
}

struct Quantity {
    std::int64_t number;
    std::string_view unit;
};

// Splits "64MB" into 64 and "MB". No number, a sign or one that overflows gives a negative number.
Quantity split(std::string_view text) {
    constexpr Quantity kNone{-1, {}};
    if (text.empty() || text.front() < '0' || text.front() > '9') return kNone;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return kNone;
    return {number, text.substr(static_cast<std::size_t>(end - text.data()))};
}

// `quantity` in the smallest unit, or a negative number when the unit is unknown or it exceeds
// `max`.
std::int64_t to_smallest(Quantity quantity, std::span<const Unit> units, std::int64_t max) {
    for (const Unit& unit : units) {
        if (unit.name != quantity.unit) continue;
        return quantity.number <= max / unit.factor ? quantity.number * unit.factor : -1;
    }
    return -1;
}

std::string format(std::int64_t value, std::span<const Unit> units) {
    for (const Unit& unit : units) {
        if (value % unit.factor == 0) {
            return std::to_string(value / unit.factor) + std::string(unit.name);
        }
    }
    return std::to_string(value);
}

}  // namespace

base::Result<std::int64_t> parse_integer(
    std::string_view text, std::int64_t min, std::int64_t max
) {
    std::int64_t value = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    if (error != std::errc() || end != last || value < min || value > max) {
        return fail(
            Errc::invalid_argument,
            in_quotes(text) + " is not a whole number from " + std::to_string(min) + " to " +
                std::to_string(max)
        );
    }
    return value;
}

base::Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
    if (text == "0") return std::chrono::milliseconds(0);
    const std::int64_t value = to_smallest(split(text), kDurationUnits, kDurationMax);
    if (value < 0) {
        return fail(
            Errc::invalid_argument,
            in_quotes(text) +
                " is not a duration: give a whole number and a unit (ms, s, m, h or d), "
                "such as 250ms or 5m, at most 3650d"
        );
    }
    return std::chrono::milliseconds(value);
}

base::Result<std::size_t> parse_size(std::string_view text) {
    Quantity quantity = split(text);
    if (quantity.number >= 0 && quantity.unit.empty()) quantity.unit = "B";
    const std::int64_t value = to_smallest(quantity, kSizeUnits, kSizeMax);
    if (value < 0) {
        return fail(
            Errc::invalid_argument,
            in_quotes(text) +
                " is not a size: give a whole number of bytes or one with a unit (kB, MB, "
                "GB, KiB, MiB, GiB), such as 64MB, at most 1000000GB"
        );
    }
    return static_cast<std::size_t>(value);
}

std::string format_duration(std::chrono::milliseconds value) {
    if (value == std::chrono::milliseconds::max()) return "ever";
    return value.count() == 0 ? "0" : format(value.count(), kDurationUnits);
}

std::string format_size(std::size_t bytes) {
    if (bytes == 0) return "0";
    return format(static_cast<std::int64_t>(bytes), kSizeUnits);
}

}  // namespace flightcast::app::cli
