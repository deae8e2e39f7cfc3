// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace flightcast::flight {

// The fields of the prediction form as a client sent them, decoded but not judged; valid UTF-8.
// Absent is not the same as empty.
struct Fields {
    std::optional<std::string> dep_delay;     // "DepDelay"
    std::optional<std::string> carrier;       // "Carrier"
    std::optional<std::string> flight_date;   // "FlightDate"
    std::optional<std::string> origin;        // "Origin"
    std::optional<std::string> dest;          // "Dest"
    std::optional<std::string> flight_num;    // "FlightNum"
    std::optional<std::string> crs_dep_time;  // "CRSDepTime"; ours
    std::optional<std::string> requested_at;  // "RequestedAt"; ours, and of the JSON API alone
    std::optional<std::string> crs_elapsed_time{};  // "CRSElapsedTime"; ours

    bool operator==(const Fields&) const = default;
};

// The member of `fields` that the form calls `name`; null for another name. The pointer lives as
// long as `fields`.
[[nodiscard]] std::optional<std::string>* find_field(Fields& fields, std::string_view name);

// Reads a submitted form, application/x-www-form-urlencoded or multipart/form-data as
// `content_type` says. Of repeated fields the first counts; other names and files are ignored.
// Percent-encoded bytes that are not UTF-8 stay percent-encoded, as the original has it.
//
// Errors: unsupported for another content type; invalid_argument for broken percent-encoding, raw
// bytes that are not UTF-8, or multipart without a usable boundary, without its end or with a
// header that cannot be read.
[[nodiscard]] base::Result<Fields> parse_form(std::string_view content_type, std::string_view body);

}  // namespace flightcast::flight
