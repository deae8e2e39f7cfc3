// SPDX-License-Identifier: Apache-2.0
#include "flight/intake.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "base/utf8.h"
#include "flight/calendar/date.h"
#include "flight/calendar/timestamp.h"
#include "flight/day_numbers.h"
#include "flight/request_json.h"
#include "text/number_text.h"
#include "text/text_parser.h"

namespace flightcast::flight {
namespace {

std::unexpected<FieldError> refuse(std::string field, std::string_view why) {
    std::string message = field;
    message += ": ";
    message += why;
    return std::unexpected(FieldError{.field = std::move(field), .message = std::move(message)});
}

// A user's text inside a message, short enough to read.
std::string in_quotes(std::string_view text) {
    constexpr std::size_t kShown = 40;
    std::string result = "'";
    result += base::utf8_prefix(text, kShown);
    result += text.size() > kShown ? "...'" : "'";
    return result;
}

struct Bound {
    std::string_view name;
    std::optional<std::string> Fields::* member;
    std::size_t bytes_max;
};

constexpr Bound kBounds[] = {
    {"DepDelay", &Fields::dep_delay, kNumberBytesMax},
    {"Carrier", &Fields::carrier, base::limits::kFieldBytesMax},
    {"FlightDate", &Fields::flight_date, base::limits::kFieldBytesMax},
    {"Origin", &Fields::origin, base::limits::kFieldBytesMax},
    {"Dest", &Fields::dest, base::limits::kFieldBytesMax},
    {"FlightNum", &Fields::flight_num, base::limits::kFieldBytesMax},
    {"CRSDepTime", &Fields::crs_dep_time, base::limits::kFieldBytesMax},
    {"CRSElapsedTime", &Fields::crs_elapsed_time, kNumberBytesMax},
    {"RequestedAt", &Fields::requested_at, base::limits::kFieldBytesMax},
};

std::expected<void, FieldError> check_bound(const Fields& fields, const Bound& bound) {
    const auto& value = fields.*bound.member;
    if (!value || value->size() <= bound.bytes_max) return {};
    const std::string most = std::to_string(bound.bytes_max);
    return refuse(std::string(bound.name), "is too long; at most " + most + " bytes");
}

std::expected<std::optional<double>, FieldError> read_dep_delay(const Fields& fields) {
    if (!fields.dep_delay) return std::nullopt;
    const auto value = text::parse_python_float(*fields.dep_delay);
    if (value && !std::isfinite(*value)) {
        return refuse(
            "DepDelay",
            in_quotes(*fields.dep_delay) +
                " is not a finite number; give the delay in minutes, such as 5"
        );
    }
    return value;
}

bool contains(const std::vector<std::string>& sorted, std::string_view code) {
    return std::binary_search(sorted.begin(), sorted.end(), code);
}

// Airport codes are in capitals; whoever forgets that gets the right code to copy.
std::string hint_for(const std::vector<std::string>& codes, std::string_view code) {
    std::string capitals;
    for (const char c : code) {
        if (c == ' ') continue;
        capitals += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    if (capitals != code && contains(codes, capitals)) return "; did you mean " + capitals + "?";
    return "; give an airport's code, such as " + codes.front();
}

std::expected<void, FieldError> check_airport(
    const std::string& field,
    const std::optional<std::string>& code,
    const std::vector<std::string>& codes
) {
    if (!code || code->empty()) {
        return refuse(field, "is missing; give an airport's code, such as " + codes.front());
    }
    if (!contains(codes, *code)) {
        return refuse(
            field, "no airport " + in_quotes(*code) + " is known" + hint_for(codes, *code)
        );
    }
    return {};
}

std::expected<double, FieldError> find_distance(const Fields& fields, const RouteTable& routes) {
    if (fields.origin && fields.dest) {
        if (const auto distance = routes.distance(*fields.origin, *fields.dest)) return *distance;
    }
    FC_TRY_VOID(check_airport("Origin", fields.origin, routes.origins()));
    FC_TRY_VOID(check_airport("Dest", fields.dest, routes.dests()));
    return refuse(
        "Dest",
        "no route from " + in_quotes(*fields.origin) + " to " + in_quotes(*fields.dest) +
            " is known; choose another destination"
    );
}

std::expected<FlightDate, FieldError> read_date(const Fields& fields) {
    if (!fields.flight_date || fields.flight_date->empty()) {
        return refuse("FlightDate", "is missing; give a date as YYYY-MM-DD");
    }
    auto date = parse_flight_date(*fields.flight_date);
    if (!date) {
        return refuse("FlightDate", in_quotes(*fields.flight_date) + " is " + date.error().detail);
    }
    return *date;
}

// "1030" and "10:30"
std::expected<std::optional<std::int32_t>, FieldError> read_crs_dep_time(const Fields& fields) {
    if (!fields.crs_dep_time || fields.crs_dep_time->empty()) return std::nullopt;
    text::TextParser parser(*fields.crs_dep_time);
    const auto hour = parser.digits(2);
    parser.take(":");
    const auto minute = parser.digits(2);
    if (!hour || !minute || !parser.at_end() || *hour > 23 || *minute > 59) {
        return refuse(
            "CRSDepTime",
            in_quotes(*fields.crs_dep_time) + " is not a time of day; give hhmm from 0000 to 2359"
        );
    }
    return *hour * 100 + *minute;
}

// Minutes from gate to gate, "95" or "95.0".
std::expected<std::optional<double>, FieldError> read_crs_elapsed_time(const Fields& fields) {
    if (!fields.crs_elapsed_time || fields.crs_elapsed_time->empty()) return std::nullopt;
    const auto minutes = text::parse_python_float(*fields.crs_elapsed_time);
    if (minutes && *minutes > 0 && *minutes <= kElapsedMinutesMax) return *minutes;
    return refuse(
        "CRSElapsedTime",
        in_quotes(*fields.crs_elapsed_time) +
            " is not a time from gate to gate; give minutes, more than 0 and at most 1440"
    );
}

// A point in time in UTC, or with an offset.
std::expected<std::optional<base::WallTime>, FieldError> read_requested_at(const Fields& fields) {
    if (!fields.requested_at) return std::nullopt;
    const auto time = parse_event_time(*fields.requested_at);
    if (time) return *time;
    return refuse("RequestedAt", in_quotes(*fields.requested_at) + " is " + time.error().detail);
}

}  // namespace

std::expected<Request, FieldError> make_request(
    const Fields& fields, const RouteTable& routes, LocalTime now
) {
    for (const Bound& bound : kBounds) FC_TRY_VOID(check_bound(fields, bound));
    Request request;
    FC_TRY(request.dep_delay, read_dep_delay(fields));
    FC_TRY(request.distance, find_distance(fields, routes));
    FC_TRY(const FlightDate when, read_date(fields));
    FC_TRY(request.crs_dep_time, read_crs_dep_time(fields));
    FC_TRY(request.crs_elapsed_time, read_crs_elapsed_time(fields));
    FC_TRY(request.requested_at, read_requested_at(fields));

    request.carrier = fields.carrier;
    request.flight_num = fields.flight_num;
    request.origin = fields.origin;
    request.dest = fields.dest;
    request.flight_date = forwarded_form(*fields.flight_date, when.date);
    set_day_numbers(request, when.date);
    request.timestamp = now;
    const bool rewritten = *request.flight_date != *fields.flight_date;
    if (rewritten && !request.crs_dep_time) request.crs_dep_time = when.crs_dep_time;
    return request;
}

std::vector<FieldError> find_errors(const Fields& fields, const RouteTable& routes) {
    std::vector<FieldError> errors;
    const auto note = [&errors](const auto& result) {
        if (result) return;
        const FieldError& error = result.error();
        const auto known = std::ranges::find(errors, error.field, &FieldError::field);
        if (known == errors.end()) errors.push_back(error);
    };
    for (const Bound& bound : kBounds) note(check_bound(fields, bound));
    note(read_dep_delay(fields));
    note(check_airport("Origin", fields.origin, routes.origins()));
    note(check_airport("Dest", fields.dest, routes.dests()));
    const bool airports_are_wrong = std::ranges::any_of(errors, [](const FieldError& error) {
        return error.field == "Origin" || error.field == "Dest";
    });
    if (!airports_are_wrong) note(find_distance(fields, routes));
    note(read_date(fields));
    note(read_crs_dep_time(fields));
    note(read_crs_elapsed_time(fields));
    note(read_requested_at(fields));
    std::ranges::stable_sort(errors, {}, [](const FieldError& error) {
        return std::ranges::find(kBounds, error.field, &Bound::name) - std::begin(kBounds);
    });
    return errors;
}

}  // namespace flightcast::flight
