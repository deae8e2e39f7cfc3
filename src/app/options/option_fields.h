// SPDX-License-Identifier: Apache-2.0
//
// The words in which the rows of the option table are written.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

#include "app/options/option_table.h"

namespace flightcast::app::options {

// A choice whose value is the enumeration `member`, enumerators in the order of `names`.
template <auto member>
constexpr ChoiceField choice(std::span<const std::string_view> names) {
    using Enum = std::remove_cvref_t<decltype(ServeOptions{}.*member)>;
    return {
        .names = names,
        .get =
            [](const ServeOptions& options) { return static_cast<std::size_t>(options.*member); },
        .set = [](ServeOptions& options,
                  std::size_t value) { options.*member = static_cast<Enum>(value); },
    };
}

constexpr DurationField duration(
    std::chrono::milliseconds ServeOptions::* member,
    std::chrono::milliseconds min,
    std::chrono::milliseconds max
) {
    return {.member = member, .min = min, .max = max};
}

constexpr std::size_t operator""_MB(unsigned long long count) {
    return count * 1'000'000;
}

using Options = ServeOptions;

// The rows of the table: of the server and its clients, then of the log, the store and records.
[[nodiscard]] std::span<const OptionSpec> server_rows();
[[nodiscard]] std::span<const OptionSpec> record_rows();

}  // namespace flightcast::app::options
