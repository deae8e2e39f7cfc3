// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace flightcast::text {

// One value of a JSON object, found but not yet decoded.
struct JsonValue {
    enum class Kind { null, boolean, number, string, object, array };

    Kind kind{};
    std::string_view text;  // as it stands in the JSON; of a string without the quotes
    bool plain = true;      // a string without escapes

    // The string, with its escapes and bad UTF-8 replaced; REQUIRES: it is a string.
    [[nodiscard]] std::string to_string() const;

    // The integer that fits; nothing for another kind, a fraction or an exponent.
    [[nodiscard]] std::optional<std::int64_t> to_integer() const;

    // The number, also NaN and infinities; nothing for another kind.
    [[nodiscard]] std::optional<double> to_double() const;
};

// Walks over the members of one JSON object without building anything, in the dialect that
// Spark 3.5 reads (Jackson, with single quotes and non-numeric numbers allowed): also 'text', NaN,
// Infinity, +INF, -INF, bytes that are not UTF-8, and anything after the object. Nested values are
// skipped.
//
//     JsonReader reader(json);
//     while (const auto member = reader.next()) use(member->key, member->value);
//     if (!reader.ok()) ...
//
// Views live as long as the JSON.
//
// Thread-safety: one thread.
class JsonReader {
  public:
    static constexpr std::size_t kDepthMax = 1'000;  // of nested values, as in Jackson

    explicit JsonReader(std::string_view json);

    struct Member {
        std::string_view key;  // valid until the next call; escapes are replaced
        JsonValue value;
    };

    // The next member; nothing at the end of the object and after an error.
    [[nodiscard]] std::optional<Member> next();

    // False once the JSON was found to be bad. It has been read to the object's end only after
    // next() has returned nothing.
    [[nodiscard]] bool ok() const { return state_ != State::bad; }

  private:
    enum class State { first, middle, done, bad };

    std::optional<Member> fail();
    void skip_space();
    bool take(char c);
    std::optional<JsonValue> read_string();
    std::optional<JsonValue> read_number();
    std::optional<JsonValue> read_word();
    std::optional<JsonValue> read_scalar();
    std::optional<JsonValue> read_value();
    std::optional<JsonValue> read_nested();
    bool skip_key();

    const char* at_;
    const char* end_;
    State state_ = State::first;
    std::string key_;  // of the last member, when it had escapes
};

}  // namespace flightcast::text
