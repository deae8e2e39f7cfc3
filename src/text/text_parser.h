// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace flightcast::text {

// Takes text apart from its start. Copy it to return to a place. The text must outlive it.
class TextParser {
  public:
    explicit constexpr TextParser(std::string_view text) : rest_(text) {}

    [[nodiscard]] constexpr std::string_view rest() const { return rest_; }
    [[nodiscard]] constexpr bool at_end() const { return rest_.empty(); }

    // Whether the next character is one of `any`; if so, it is taken.
    constexpr bool take(std::string_view any) {
        if (rest_.empty() || any.find(rest_.front()) == std::string_view::npos) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // The number that the next `count` characters, all of them digits, write; else takes nothing.
    constexpr std::optional<std::int32_t> digits(std::size_t count) {
        if (rest_.size() < count) return std::nullopt;
        std::int32_t value = 0;
        for (const char c : rest_.substr(0, count)) {
            if (c < '0' || c > '9') return std::nullopt;
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(count);
        return value;
    }

    // Takes all digits at the start of the rest.
    constexpr std::string_view digit_run() {
        std::size_t size = 0;
        while (size < rest_.size() && rest_[size] >= '0' && rest_[size] <= '9') ++size;
        const std::string_view run = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return run;
    }

  private:
    std::string_view rest_;
};

}  // namespace flightcast::text
