// SPDX-License-Identifier: Apache-2.0
#include "flight/json_fields.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/limits.h"
#include "flight/calendar/timestamp.h"
#include "text/number_text.h"

namespace flightcast::flight {
namespace {

using Kind = text::JsonValue::Kind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr std::array<std::pair<std::string_view, double>, 6> kSpecialNumbers = {{
    {"NaN", std::numeric_limits<double>::quiet_NaN()},
    {"Infinity", kInfinity},
    {"+Infinity", kInfinity},
    {"-Infinity", -kInfinity},
    {"+INF", kInfinity},
    {"-INF", -kInfinity},
}};

std::optional<double> special_number(std::string_view text) {
    for (const auto& [name, value] : kSpecialNumbers) {
        if (name == text) return value;
    }
    return std::nullopt;
}

// Whole numbers keep their digits; others are read and written again as Java does.
std::string text_of_number(const text::JsonValue& value) {
    if (value.text.find_first_of(".eEN") == std::string_view::npos) return std::string(value.text);
    std::string text;
    text::append_java_double(text, value.to_double().value_or(0));
    return text;
}

std::optional<std::string> text_of(const text::JsonValue& value) {
    switch (value.kind) {
        case Kind::string:
            return value.to_string();
        case Kind::number:
            return text_of_number(value);
        case Kind::boolean:
            return std::string(value.text);
        default:
            return std::nullopt;
    }
}

}  // namespace

void read_string_field(const text::JsonValue& value, std::optional<std::string>& field) {
    if (value.kind == Kind::null) {
        field.reset();
        return;
    }
    // No escape is more than six times as long as the character that it stands for.
    if (value.text.size() > 6 * base::limits::kFieldBytesMax) return;
    auto text = text_of(value);
    if (text && text->size() <= base::limits::kFieldBytesMax) field = std::move(text);
}

void read_double_field(const text::JsonValue& value, std::optional<double>& field) {
    if (value.kind == Kind::null) field.reset();
    const auto number = value.kind == Kind::string ? special_number(value.text) : value.to_double();
    if (number) field = number;
}

void read_int_field(const text::JsonValue& value, std::optional<std::int32_t>& field) {
    if (value.kind == Kind::null) field.reset();
    const auto number = value.to_integer();
    if (number && std::in_range<std::int32_t>(*number)) field = static_cast<std::int32_t>(*number);
}

void read_timestamp_field(
    const text::JsonValue& value, const TimeZone& zone, std::optional<LocalTime>& field
) {
    if (value.kind == Kind::null) field.reset();
    std::optional<LocalTime> time;
    if (value.kind == Kind::string) {
        time = value.plain ? parse_timestamp(value.text, zone)
                           : parse_timestamp(value.to_string(), zone);
    } else if (const auto seconds = value.to_integer()) {
        time = timestamp_of_seconds(*seconds, zone);
    }
    if (time) field = time;
}

}  // namespace flightcast::flight
