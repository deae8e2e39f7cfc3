// SPDX-License-Identifier: Apache-2.0
#include "text/json_reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace flightcast::text {
namespace {

// Every member as key=text, and whether the reader was content.
std::pair<std::vector<std::string>, bool> members_of(std::string_view json) {
    JsonReader reader(json);
    std::vector<std::string> members;
    while (const auto member = reader.next()) {
        members.push_back(std::string(member->key) + "=" + std::string(member->value.text));
    }
    return {members, reader.ok()};
}

// Goal: objects that Jackson refuses are refused, nested values included.
TEST(JsonReader, RefusesBadJson) {
    const std::string deep = std::string(999, '[') + "[" + std::string(1'000, ']');
    const std::string cases[] = {
        "",
        " ",
        "null",
        "[]",
        "[{}]",
        "5",
        "\"x\"",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\" 1}",
        "{a:1}",
        "{1:1}",
        "{\"a\":\"x}",
        "{\"a\":'x\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\x41\"}",
        "{\"a\":\"\\u12G4\"}",
        "{\"a\":\"\\u12",
        "{\"a\":\"\\\"}",
        "{\"a\":01}",
        "{\"a\":-}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":5.}",
        "{\"a\":1e}",
        "{\"a\":1e+}",
        "{\"a\":0x1}",
        "{\"a\":1_0}",
        "{\"a\":5d}",
        "{\"a\":tru}",
        "{\"a\":TRUE}",
        "{\"a\":INF}",
        "{\"a\":nan}",
        "{\"a\":-NaN}",
        "{\"a\":[1,]}",
        "{\"a\":[1, ]}",
        "{\"a\":[,]}",
        "{\"a\":[1 2]}",
        "{\"a\":[1}",
        "{\"a\":[}]}",
        "{\"a\":{]}",
        "{\"a\":{\"b\"}}",
        "{\"a\":{\"b\":1,}}",
        "{\"a\":{1}}",
        "{\"a\":[[1]}",
        "/* c */ {}",
        "\xEF\xBB\xBF{}",
        "{\"a\":1\v}",
        "{\"a\":" + deep + "}",
    };
    for (const std::string& json : cases) EXPECT_FALSE(members_of(json).second) << json;
}

// Goal: members are found with their values, in the dialect that the original job reads.
TEST(JsonReader, FindsMembers) {
    using Members = std::vector<std::string>;
    const std::string deep = std::string(998, '[') + "[" + std::string(999, ']');
    const std::pair<std::string, Members> cases[] = {
        {"{}", {}},
        {" \n\t\r{ } rest", {}},
        {"{\"a\":1}{\"a\":2}", {"a=1"}},
        {"{'a':'x\"y'}", {"a=x\"y"}},
        {"{\"\":null,\"b\" : true , \"c\":false}", {"=null", "b=true", "c=false"}},
        {"{\"a\":-0,\"b\":1.5e+10,\"c\":NaN,\"d\":-INF}", {"a=-0", "b=1.5e+10", "c=NaN", "d=-INF"}},
        {"{\"a\":[ ],\"b\":{ },\"c\":3}", {"a=[ ]", "b={ }", "c=3"}},
        {"{\"a\":[1,[2,{\"x\":[]}],\"]\"],\"b\":1}", {"a=[1,[2,{\"x\":[]}],\"]\"]", "b=1"}},
        {"{\"a\":{\"b\":{\"c\":\"}\"},\"d\":2}}", {"a={\"b\":{\"c\":\"}\"},\"d\":2}"}},
        {"{\"\\u0041\\t\":1}", {"A\t=1"}},
        {"{\"a\":\"\xFF\"}", {"a=\xFF"}},
        {"{\"a\":" + deep + "}", {"a=" + deep}},
    };
    for (const auto& [json, members] : cases) {
        const auto [found, ok] = members_of(json);
        EXPECT_TRUE(ok) << json;
        EXPECT_EQ(found, members) << json;
    }
}

JsonValue value_of(const std::string& json) {
    JsonReader reader(json);
    const auto member = reader.next();
    EXPECT_TRUE(member.has_value()) << json;
    return member ? member->value : JsonValue{};
}

// Goal: strings are decoded as in Java: escapes, pairs, halves of pairs, invalid bytes.
TEST(JsonReader, DecodesStrings) {
    const std::pair<std::string, std::string> cases[] = {
        {R"({"a":""})", ""},
        {R"({"a":"\"\\\/\b\f\n\r\t"})", "\"\\/\b\f\n\r\t"},
        {R"({"a":"\u0041\u00e9\u4e2d"})", "A\u00E9\u4E2D"},
        {R"({"a":"x\ud83d\ude00y"})", "x\U0001F600y"},
        {R"({"a":"\ud83d"})", "?"},
        {R"({"a":"\ude00\ud83dx"})", "??x"},
        {R"({"a":"\ud83d\u0041"})", "?A"},
        {"{\"a\":\"A\xE4\xB8\"}", "A\uFFFD"},
        {"{\"a\":\"\\u0041\xFF\"}", "A\uFFFD"},
    };
    for (const auto& [json, text] : cases) EXPECT_EQ(value_of(json).to_string(), text) << json;
}

// Goal: integers are exact and bounded; doubles overflow to infinity and underflow to zero.
TEST(JsonReader, DecodesNumbers) {
    const std::string longest = "{\"a\":9223372036854775807}";
    EXPECT_EQ(value_of(longest).to_integer(), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(value_of("{\"a\":-0}").to_integer(), 0);
    for (const std::string text : {"9223372036854775808", "1.0", "1e0", "NaN", "\"1\"", "true"}) {
        EXPECT_EQ(value_of("{\"a\":" + text + "}").to_integer(), std::nullopt) << text;
    }
    EXPECT_EQ(value_of("{\"a\":-1e309}").to_double(), -INFINITY);
    EXPECT_EQ(value_of("{\"a\":1e-400}").to_double(), 0.0);
    EXPECT_EQ(value_of("{\"a\":+INF}").to_double(), INFINITY);
    EXPECT_TRUE(std::isnan(*value_of("{\"a\":NaN}").to_double()));
    EXPECT_EQ(value_of("{\"a\":\"1\"}").to_double(), std::nullopt);
}

}  // namespace
}  // namespace flightcast::text
