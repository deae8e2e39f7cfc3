// SPDX-License-Identifier: Apache-2.0
#include "flight/failure_json.h"

#include <limits>
#include <utility>

#include "base/utf8.h"
#include "flight/calendar/timestamp.h"
#include "text/json_reader.h"
#include "text/json_text.h"
#include "text/key_cursor.h"

namespace flightcast::flight {
namespace {

using base::Errc;
using base::fail;
using Kind = text::JsonValue::Kind;

constexpr std::size_t kValueBytesMax = 10'000;

void append_text(std::string& out, std::string_view key, std::string_view text) {
    out += key;
    if (base::is_utf8(text)) {
        text::append_java_string(out, text);
    } else {
        text::append_java_string(out, base::replace_bad_utf8(text));
    }
}

// Replacing bad bytes makes text longer, so it is cut twice: before, to do no needless work, and
// after.
std::string kept_value(std::string_view value) {
    const std::string text = base::replace_bad_utf8(value.substr(0, kValueBytesMax));
    return std::string(base::utf8_prefix(text, kValueBytesMax));
}

void read_text(const text::JsonValue& value, std::string& field) {
    if (value.kind == Kind::string) field = value.to_string();
}

template <typename T>
void read_number(const text::JsonValue& value, T& field) {
    const auto number = value.to_integer();
    if (number && std::in_range<T>(*number)) field = static_cast<T>(*number);
}

void read_time(const text::JsonValue& value, base::WallTime& field) {
    if (value.kind != Kind::string) return;
    const auto time = parse_timestamp(value.text, TimeZone());
    if (time) field = base::WallTime(time->time_since_epoch());
}

using ReadMember = void (*)(const text::JsonValue& value, Failure& failure);

struct Key {
    std::string_view name;
    ReadMember read;
};

template <auto member>
void read(const text::JsonValue& value, Failure& failure) {
    if constexpr (requires { read_text(value, failure.*member); }) {
        read_text(value, failure.*member);
    } else {
        read_number(value, failure.*member);
    }
}

constexpr Key kKeys[] = {
    {"UUID",
     [](const text::JsonValue& value, Failure& failure) {
         if (value.kind == Kind::string) failure.id = base::Uuid::parse(value.text);
     }},
    {"Reason", read<&Failure::reason>},
    {"Message", read<&Failure::message>},
    {"Stage", read<&Failure::stage>},
    {"Topic", read<&Failure::topic>},
    {"Partition", read<&Failure::partition>},
    {"Offset", read<&Failure::offset>},
    {"FailedAt",
     [](const text::JsonValue& value, Failure& failure) { read_time(value, failure.failed_at); }},
    {"Value", read<&Failure::value>},
};

}  // namespace

std::string encode_failure(const Failure& failure) {
    std::string out;
    out.reserve(512 + failure.value.size());
    out += "{\"UUID\":";
    if (failure.id) {
        out += '"';
        out += failure.id->to_string();
        out += '"';
    } else {
        out += "null";
    }
    append_text(out, ",\"Reason\":", failure.reason);
    append_text(out, ",\"Message\":", failure.message);
    append_text(out, ",\"Stage\":", failure.stage);
    append_text(out, ",\"Topic\":", failure.topic);
    out += ",\"Partition\":";
    text::append_integer(out, failure.partition);
    out += ",\"Offset\":";
    text::append_integer(out, failure.offset);
    out += ",\"FailedAt\":\"";
    append_utc(out, failure.failed_at);
    append_text(out, "\",\"Value\":", kept_value(failure.value));
    out += '}';
    return out;
}

base::Result<Failure> decode_failure(std::string_view json) {
    text::JsonReader reader(json);
    text::KeyCursor keys(kKeys);
    Failure failure;
    while (const auto member = reader.next()) {
        if (const Key* key = keys.find(member->key)) key->read(member->value, failure);
    }
    if (!reader.ok()) return fail(Errc::corrupt, "the dead-letter record is not a JSON object");
    if (failure.reason.empty()) return fail(Errc::corrupt, "the dead-letter record has no Reason");
    return failure;
}

}  // namespace flightcast::flight
