// SPDX-License-Identifier: Apache-2.0
//
// A hand-written reader, because no library reads the dialect of the original job, and because
// most values are only skipped.
#include "text/json_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <vector>

#include "base/utf8.h"
#include "text/number_text.h"

namespace flightcast::text {
namespace {

using Kind = JsonValue::Kind;

struct Word {
    std::string_view text;
    Kind kind;
};

constexpr std::array kWords = {
    Word{"null", Kind::null},
    Word{"true", Kind::boolean},
    Word{"false", Kind::boolean},
    Word{"NaN", Kind::number},
    Word{"Infinity", Kind::number},
    Word{"-Infinity", Kind::number},
    Word{"+Infinity", Kind::number},
    Word{"-INF", Kind::number},
    Word{"+INF", Kind::number},
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// Whether `c` may follow a number or a word.
bool is_end_of_word(char c) {
    return is_space(c) || c == ',' || c == '}' || c == ']';
}

const char* skip_digits(const char* at, const char* end) {
    while (at != end && is_digit(*at)) ++at;
    return at;
}

// The end of the JSON number that starts at `at`; null if no number starts there.
const char* number_end(const char* at, const char* end) {
    if (at != end && *at == '-') ++at;
    const char* digits = at;
    at = skip_digits(at, end);
    if (at == digits || (*digits == '0' && at - digits > 1)) return nullptr;
    if (at != end && *at == '.') {
        const char* fraction = ++at;
        at = skip_digits(at, end);
        if (at == fraction) return nullptr;
    }
    if (at != end && (*at == 'e' || *at == 'E')) {
        ++at;
        if (at != end && (*at == '+' || *at == '-')) ++at;
        const char* exponent = at;
        at = skip_digits(at, end);
        if (at == exponent) return nullptr;
    }
    return at;
}

std::optional<char32_t> hex_unit(std::string_view text) {
    if (text.size() < 4) return std::nullopt;
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + 4, value, 16);
    if (error != std::errc() || end != text.data() + 4) return std::nullopt;
    return value;
}

bool is_high_surrogate(char32_t unit) {
    return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low_surrogate(char32_t unit) {
    return unit >= 0xDC00 && unit < 0xE000;
}

// Appends the character of the \uXXXX at the start of `text`, with a second one if they are a pair,
// and returns how many characters were read. Half a pair is '?', as in Java.
std::size_t append_unicode_escape(std::string& out, std::string_view text) {
    const char32_t unit = hex_unit(text.substr(2)).value_or(0);
    if (is_high_surrogate(unit) && text.substr(6).starts_with("\\u")) {
        const char32_t low = hex_unit(text.substr(8)).value_or(0);
        if (is_low_surrogate(low)) {
            base::append_utf8(out, 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00));
            return 12;
        }
    }
    const bool half = is_high_surrogate(unit) || is_low_surrogate(unit);
    base::append_utf8(out, half ? U'?' : unit);
    return 6;
}

constexpr std::string_view kEscapes = "\"\\/bfnrt";
constexpr std::string_view kEscaped = "\"\\/\b\f\n\r\t";

// REQUIRES: the escapes in `text` were found good when it was read.
std::string unescaped(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t run = std::min(text.find('\\'), text.size());
        result += text.substr(0, run);
        text.remove_prefix(run);
        if (text.empty()) break;
        std::size_t size = 2;
        if (text[1] == 'u') {
            size = append_unicode_escape(result, text);
        } else {
            result += kEscaped[kEscapes.find(text[1])];
        }
        text.remove_prefix(size);
    }
    return result;
}

}  // namespace

std::string JsonValue::to_string() const {
    std::string result = plain ? std::string(text) : unescaped(text);
    if (!base::is_utf8(result)) result = base::replace_bad_utf8(result);
    return result;
}

std::optional<std::int64_t> JsonValue::to_integer() const {
    if (kind != Kind::number) return std::nullopt;
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || rest != end) return std::nullopt;
    return value;
}

std::optional<double> JsonValue::to_double() const {
    if (kind != Kind::number) return std::nullopt;
    const char last = text.back();
    if (is_digit(last)) return parse_json_number(text);
    if (last == 'N') return std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    return text.front() == '-' ? -infinity : infinity;
}

JsonReader::JsonReader(std::string_view json) : at_(json.data()), end_(json.data() + json.size()) {}

std::optional<JsonReader::Member> JsonReader::fail() {
    state_ = State::bad;
    return std::nullopt;
}

void JsonReader::skip_space() {
    while (at_ != end_ && is_space(*at_)) ++at_;
}

bool JsonReader::take(char c) {
    skip_space();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
}

std::optional<JsonReader::Member> JsonReader::next() {
    if (state_ == State::done || state_ == State::bad) return std::nullopt;
    if (state_ == State::first && !take('{')) return fail();
    if (take('}')) {
        state_ = State::done;
        return std::nullopt;
    }
    if (state_ == State::middle && !take(',')) return fail();
    state_ = State::middle;

    skip_space();
    const auto key = read_string();
    if (!key || !take(':')) return fail();
    const auto value = read_value();
    if (!value) return fail();
    if (key->plain) return Member{.key = key->text, .value = *value};
    key_ = key->to_string();
    return Member{.key = key_, .value = *value};
}

std::optional<JsonValue> JsonReader::read_string() {
    if (at_ == end_ || (*at_ != '"' && *at_ != '\'')) return std::nullopt;
    const char quote = *at_++;
    const char* start = at_;
    bool plain = true;
    for (; at_ != end_; ++at_) {
        const char c = *at_;
        if (c == quote) {
            const std::string_view text(start, static_cast<std::size_t>(at_ - start));
            ++at_;
            return JsonValue{.kind = Kind::string, .text = text, .plain = plain};
        }
        if (static_cast<unsigned char>(c) < ' ') return std::nullopt;
        if (c != '\\') continue;
        plain = false;
        if (++at_ == end_) return std::nullopt;
        if (*at_ == 'u') {
            if (!hex_unit({at_ + 1, static_cast<std::size_t>(end_ - at_ - 1)})) return std::nullopt;
            at_ += 4;
        } else if (kEscapes.find(*at_) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<JsonValue> JsonReader::read_number() {
    const char* end = number_end(at_, end_);
    if (end == nullptr || end == end_ || !is_end_of_word(*end)) return std::nullopt;
    const std::string_view text(at_, static_cast<std::size_t>(end - at_));
    at_ = end;
    return JsonValue{.kind = Kind::number, .text = text};
}

std::optional<JsonValue> JsonReader::read_word() {
    const char* end = std::find_if(at_, end_, is_end_of_word);
    const std::string_view text(at_, static_cast<std::size_t>(end - at_));
    const auto* word = std::find_if(kWords.begin(), kWords.end(), [text](const Word& candidate) {
        return candidate.text == text;
    });
    if (word == kWords.end()) return std::nullopt;
    at_ = end;
    return JsonValue{.kind = word->kind, .text = text};
}

std::optional<JsonValue> JsonReader::read_scalar() {
    if (at_ == end_) return std::nullopt;
    if (*at_ == '"' || *at_ == '\'') return read_string();
    const bool minus_digit = *at_ == '-' && end_ - at_ > 1 && is_digit(at_[1]);
    return is_digit(*at_) || minus_digit ? read_number() : read_word();
}

std::optional<JsonValue> JsonReader::read_value() {
    skip_space();
    if (at_ == end_) return std::nullopt;
    return *at_ == '{' || *at_ == '[' ? read_nested() : read_scalar();
}

// The key and the colon of a nested object's member.
bool JsonReader::skip_key() {
    skip_space();
    return read_string() && take(':');
}

// Finds the end of an object or array with a stack of its own, so that no input can exhaust the
// program's.
std::optional<JsonValue> JsonReader::read_nested() {
    const char* start = at_;
    const Kind kind = *at_ == '{' ? Kind::object : Kind::array;
    std::vector<char> closers;
    bool after_value = false;  // else after an opening bracket
    do {
        skip_space();
        if (at_ != end_ && !closers.empty() && *at_ == closers.back()) {
            ++at_;
            closers.pop_back();
            after_value = true;
            continue;
        }
        if (after_value && !take(',')) return std::nullopt;
        if (!closers.empty() && closers.back() == '}' && !skip_key()) return std::nullopt;
        skip_space();
        after_value = at_ == end_ || (*at_ != '{' && *at_ != '[');
        if (after_value) {
            if (!read_scalar()) return std::nullopt;
        } else {
            // The object that is being walked is one level already.
            if (closers.size() + 1 == kDepthMax) return std::nullopt;
            closers.push_back(*at_++ == '{' ? '}' : ']');
        }
    } while (!closers.empty());
    return JsonValue{.kind = kind, .text = {start, static_cast<std::size_t>(at_ - start)}};
}

}  // namespace flightcast::text
