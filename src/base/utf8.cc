// SPDX-License-Identifier: Apache-2.0
//
// The second byte of a sequence has a range of its own after E0, ED, F0 and F4, which rules out
// overlong forms, surrogates and everything above U+10FFFF (The Unicode Standard, table 3-7).
#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace flightcast::base {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr std::uint64_t kHighBits = 0x8080808080808080U;

struct Lead {
    std::size_t size = 0;  // of the sequence; 0 if no sequence starts so
    std::uint8_t second_min = 0x80;
    std::uint8_t second_max = 0xBF;
};

Lead lead_of(std::uint8_t byte) {
    if (byte < 0xC2 || byte > 0xF4) return {};
    if (byte < 0xE0) return {.size = 2};
    if (byte == 0xE0) return {.size = 3, .second_min = 0xA0};
    if (byte == 0xED) return {.size = 3, .second_max = 0x9F};
    if (byte < 0xF0) return {.size = 3};
    if (byte == 0xF0) return {.size = 4, .second_min = 0x90};
    if (byte == 0xF4) return {.size = 4, .second_max = 0x8F};
    return {.size = 4};
}

// How many bytes at the start of `text` are ASCII, counted in eights.
std::size_t ascii_run(std::string_view text) {
    std::size_t size = 0;
    std::uint64_t word = 0;
    while (size + sizeof word <= text.size()) {
        std::memcpy(&word, text.data() + size, sizeof word);
        if ((word & kHighBits) != 0) break;
        size += sizeof word;
    }
    return size;
}

}  // namespace

Utf8Step utf8_step(std::string_view text) {
    const auto first = static_cast<std::uint8_t>(text[0]);
    if (first < 0x80) return {.code_point = first, .size = 1, .valid = true};
    const Lead lead = lead_of(first);
    if (lead.size == 0) return {.code_point = kReplacement, .size = 1, .valid = false};

    char32_t code_point = first & (0xFFU >> (lead.size + 1));
    for (std::size_t i = 1; i < lead.size; ++i) {
        const std::uint8_t byte = i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0;
        const std::uint8_t least = i == 1 ? lead.second_min : 0x80;
        const std::uint8_t most = i == 1 ? lead.second_max : 0xBF;
        if (byte < least || byte > most) {
            return {.code_point = kReplacement, .size = i, .valid = false};
        }
        code_point = (code_point << 6U) | (byte & 0x3FU);
    }
    return {.code_point = code_point, .size = lead.size, .valid = true};
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        text.remove_prefix(ascii_run(text));
        if (text.empty()) break;
        const Utf8Step step = utf8_step(text);
        if (!step.valid) return false;
        text.remove_prefix(step.size);
    }
    return true;
}

std::string replace_bad_utf8(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const Utf8Step step = utf8_step(text);
        if (step.valid) {
            result.append(text.substr(0, step.size));
        } else {
            append_utf8(result, kReplacement);
        }
        text.remove_prefix(step.size);
    }
    return result;
}

void append_utf8(std::string& out, char32_t code_point) {
    const auto continuation = [code_point](unsigned shift) {
        return static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU));
    };
    if (code_point < 0x80) {
        out += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        out += static_cast<char>(0xC0U | (code_point >> 6U));
        out += continuation(0);
    } else if (code_point < 0x10000) {
        out += static_cast<char>(0xE0U | (code_point >> 12U));
        out += continuation(6);
        out += continuation(0);
    } else {
        out += static_cast<char>(0xF0U | (code_point >> 18U));
        out += continuation(12);
        out += continuation(6);
        out += continuation(0);
    }
}

std::string_view utf8_prefix(std::string_view text, std::size_t size_max) {
    if (text.size() <= size_max) return text;
    std::size_t size = size_max;
    while (size > 0 && (static_cast<std::uint8_t>(text[size]) & 0xC0U) == 0x80U) --size;
    return text.substr(0, size);
}

}  // namespace flightcast::base
