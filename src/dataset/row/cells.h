// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace flightcast::dataset {

// Forms of decimal numbers that are read, beside 12.5.
enum class DecimalMark { point, point_or_comma };

// `text` without blanks around it; empty when it is a mark for a missing value: NA, N/A, NaN, null,
// None, \N and the like. "NAN" is none: it is an airport.
[[nodiscard]] std::string_view without_marks(std::string_view text);

// A finite number: "5", "+5", "-5.00", "1e3", "1_000", and "5,25" where `mark` lets it. Nothing for
// any other text.
[[nodiscard]] std::optional<double> parse_number(
    std::string_view text, DecimalMark mark = DecimalMark::point
);

// A whole number, also as a fraction of zero: "905", "905.0".
[[nodiscard]] std::optional<std::int64_t> parse_whole(std::string_view text);

// A yes or no: 1, 0, 1.00, True, false, T, F, yes, no, in any case.
[[nodiscard]] std::optional<bool> parse_flag(std::string_view text);

// True for the number by which the US Department of Transportation knows an airport ("14747"), in
// place of its code ("SEA").
[[nodiscard]] bool is_airport_number(std::string_view text);

}  // namespace flightcast::dataset
