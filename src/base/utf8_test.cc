// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace flightcast::base {
namespace {

constexpr std::string_view kBad = "\xEF\xBF\xBD";

// Goal: exactly the sequences of RFC 3629 are valid, and a bad one costs one replacement for each
// longest start of a good one, as in Java and browsers.
TEST(Utf8, ReplacesWhatIsNoUtf8) {
    using namespace std::string_literals;
    const std::string bad(kBad);
    const std::pair<std::string, std::string> cases[] = {
        {"\xFF"s, bad},
        {"A\xFF\xFEz"s, "A"s + bad + bad + "z"s},
        {"\x80"s, bad},
        {"\xC0\x80"s, bad + bad},            // overlong
        {"\xC1\xBF"s, bad + bad},            // overlong
        {"\xE0\x80\x80"s, bad + bad + bad},  // overlong
        {"\xF0\x80\x80\x80"s, bad + bad + bad + bad},
        {"\xED\xA0\x80"s, bad + bad + bad},            // a surrogate
        {"\xF4\x90\x80\x80"s, bad + bad + bad + bad},  // above U+10FFFF
        {"\xF5\x80"s, bad + bad},
        {"\xE4\xB8"s, bad},  // cut
        {"\xE4\xB8\xAD\xE4\xB8x"s, "\xE4\xB8\xAD"s + bad + "x"s},
        {"\xF0\x9F\x98"s, bad},
        {"long enough for eight \xE9 bytes"s, "long enough for eight "s + bad + " bytes"s},
        {""s, ""s},
        {"plain"s, "plain"s},
        {"\x00\x7F"s, "\x00\x7F"s},
        {"\xC2\x80\xDF\xBF"s, "\xC2\x80\xDF\xBF"s},
        {"\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80"s, "\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80"s},
        {"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"s, "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"s},
    };
    for (const auto& [text, replaced] : cases) {
        EXPECT_EQ(replace_bad_utf8(text), replaced);
        EXPECT_EQ(is_utf8(text), text == replaced) << replaced;
    }
}

// Goal: every code point is written as the bytes that are read as it.
TEST(Utf8, WritesWhatItReads) {
    for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
        if (code_point >= 0xD800 && code_point < 0xE000) continue;
        std::string text;
        append_utf8(text, code_point);
        const Utf8Step step = utf8_step(text);
        ASSERT_TRUE(step.valid);
        ASSERT_EQ(step.code_point, code_point);
        ASSERT_EQ(step.size, text.size());
    }
}

// Goal: cutting text never leaves half a code point.
TEST(Utf8, CutsBetweenCodePoints) {
    const std::string_view text = "a\xE4\xB8\xAD\xF0\x9F\x98\x80z";
    const std::size_t expected[] = {0, 1, 1, 1, 4, 4, 4, 4, 8, 9, 9};
    for (std::size_t size_max = 0; size_max < std::size(expected); ++size_max) {
        EXPECT_EQ(utf8_prefix(text, size_max).size(), expected[size_max]) << size_max;
    }
}

}  // namespace
}  // namespace flightcast::base
