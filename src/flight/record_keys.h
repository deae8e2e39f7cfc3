// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "flight/calendar/time_zone.h"
#include "flight/json_fields.h"
#include "flight/request.h"
#include "text/json_reader.h"
#include "text/key_cursor.h"

namespace flightcast::flight {

// How one key of a record on a topic is read into the record's draft. Tables of
// them are in the order in which records have their keys.
template <typename Draft>
struct RecordKey {
    std::string_view name;
    void (*read)(const text::JsonValue& value, const TimeZone& zone, Draft& draft);
};

// Reads into a field of `draft.request`, as Spark's column of its type would take the value.
template <auto member, typename Draft>
void read_request_field(const text::JsonValue& value, const TimeZone& zone, Draft& draft) {
    auto& field = draft.request.*member;
    using Field = std::remove_reference_t<decltype(field)>;
    if constexpr (std::is_same_v<Field, std::optional<std::string>>) {
        read_string_field(value, field);
    } else if constexpr (std::is_same_v<Field, std::optional<double>>) {
        read_double_field(value, field);
    } else if constexpr (std::is_same_v<Field, std::optional<std::int32_t>>) {
        read_int_field(value, field);
    } else {
        read_timestamp_field(value, zone, field);
    }
}

// Reads every key that the table has; false if `json` is no JSON object.
template <typename Draft, std::size_t size>
[[nodiscard]] bool read_record(
    std::string_view json, const RecordKey<Draft> (&keys)[size], const TimeZone& zone, Draft& draft
) {
    text::JsonReader reader(json);
    text::KeyCursor cursor(keys);
    while (const auto member = reader.next()) {
        if (const auto* key = cursor.find(member->key)) key->read(member->value, zone, draft);
    }
    return reader.ok();
}

}  // namespace flightcast::flight
