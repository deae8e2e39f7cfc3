// SPDX-License-Identifier: Apache-2.0
#include "flight/request_json.h"

#include <utility>

#include "base/result.h"
#include "flight/calendar/date.h"
#include "flight/calendar/timestamp.h"
#include "flight/record_keys.h"
#include "text/json_reader.h"
#include "text/json_text.h"
#include "text/number_text.h"

namespace flightcast::flight {
namespace {

using Kind = text::JsonValue::Kind;

// Each appends its key's text and the value, or null.
void append_field(std::string& out, std::string_view key, const std::optional<std::string>& value) {
    out += key;
    value ? text::append_python_string(out, *value) : static_cast<void>(out += "null");
}

void append_field(std::string& out, std::string_view key, const std::optional<double>& value) {
    out += key;
    value ? text::append_python_float(out, *value) : static_cast<void>(out += "null");
}

void append_field(
    std::string& out, std::string_view key, const std::optional<std::int32_t>& value
) {
    out += key;
    value ? text::append_integer(out, *value) : static_cast<void>(out += "null");
}

// A record as read, before it is judged.
struct Draft {
    Request request;
    std::optional<base::Uuid> id;
    std::optional<std::string> date_text;
};

void read_id(const text::JsonValue& value, std::optional<base::Uuid>& id) {
    if (value.kind == Kind::null) id.reset();
    if (value.kind != Kind::string) return;
    if (const auto parsed = base::Uuid::parse(value.plain ? value.text : value.to_string())) {
        id = parsed;
    }
}

// A date is a string; a number, unlike for the other texts, is not taken.
void read_date_text(const text::JsonValue& value, std::optional<std::string>& text) {
    if (value.kind == Kind::string || value.kind == Kind::null) read_string_field(value, text);
}

template <auto member>
void read_index(const text::JsonValue& value, const TimeZone&, Draft& draft) {
    if (!draft.request.indices) draft.request.indices.emplace();
    read_double_field(value, *draft.request.indices.*member);
}

void read_requested_at(const text::JsonValue& value, const TimeZone&, Draft& draft) {
    std::optional<LocalTime> time;
    read_timestamp_field(value, TimeZone(), time);
    if (time) draft.request.requested_at = base::WallTime(time->time_since_epoch());
}

// In the order in which records have them.
constexpr RecordKey<Draft> kKeys[] = {
    {"DepDelay", read_request_field<&Request::dep_delay>},
    {"Carrier", read_request_field<&Request::carrier>},
    {"FlightDate",
     [](const text::JsonValue& value, const TimeZone&, Draft& draft) {
         read_date_text(value, draft.date_text);
     }},
    {"Dest", read_request_field<&Request::dest>},
    {"FlightNum", read_request_field<&Request::flight_num>},
    {"Origin", read_request_field<&Request::origin>},
    {"Distance", read_request_field<&Request::distance>},
    {"DayOfYear", read_request_field<&Request::day_of_year>},
    {"DayOfMonth", read_request_field<&Request::day_of_month>},
    {"DayOfWeek", read_request_field<&Request::day_of_week>},
    {"Timestamp", read_request_field<&Request::timestamp>},
    {"UUID",
     [](const text::JsonValue& value, const TimeZone&, Draft& draft) { read_id(value, draft.id); }},
    {"CRSDepTime", read_request_field<&Request::crs_dep_time>},
    {"CRSElapsedTime", read_request_field<&Request::crs_elapsed_time>},
    {"RequestedAt", read_requested_at},
    {"Carrier_index", read_index<&SparkIndices::carrier>},
    {"Origin_index", read_index<&SparkIndices::origin>},
    {"Dest_index", read_index<&SparkIndices::dest>},
    {"Route_index", read_index<&SparkIndices::route>},
};

std::string_view without_spaces(std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \t\r\n\f\v");
    if (start == std::string_view::npos) return {};
    return text.substr(start, text.find_last_not_of(" \t\r\n\f\v") - start + 1);
}

// Digits, perhaps after a sign, that end the text or are followed by "-" and a digit. Such text is
// meant as a date, so that reading nothing of it would score another flight than was asked about.
bool looks_like_date(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t run = text.find_first_not_of("0123456789");
    if (run == 0 || text.empty()) return false;
    if (run == std::string_view::npos) return true;
    const std::string_view rest = text.substr(run);
    return rest.size() > 1 && rest[0] == '-' && rest[1] >= '0' && rest[1] <= '9';
}

// A date by the gateway's rules, else its part before T or a space, as in Spark.
base::Result<FlightDate> read_date(std::string_view text) {
    auto date = parse_flight_date(text);
    if (date) return date;
    auto start = parse_flight_date(text.substr(0, text.find_first_of("T ")));
    return start ? start : date;
}

// False if the date is impossible.
bool settle_date(const std::string& date_text, Request& request) {
    const std::string_view text = without_spaces(date_text);
    const auto read = read_date(text);
    if (!read) return !looks_like_date(text);
    append_iso_date(request.flight_date.emplace(), read->date);
    if (!request.crs_dep_time) request.crs_dep_time = read->crs_dep_time;
    return true;
}

bool is_time_of_day(std::int32_t hhmm) {
    return hhmm >= 0 && hhmm < 2'400 && hhmm % 100 < 60;
}

RequestFault fault(std::string reason, std::string message, const std::optional<base::Uuid>& id) {
    return {.reason = std::move(reason), .message = std::move(message), .id = id};
}

std::expected<Draft, RequestFault> read_flight(std::string_view value, const TimeZone& zone) {
    if (value.empty()) {
        return std::unexpected(fault("empty", "The record has no value.", std::nullopt));
    }
    Draft draft;
    if (!read_record(value, kKeys, zone, draft)) {
        return std::unexpected(fault("not_json", "The value is not a JSON object.", draft.id));
    }
    return draft;
}

std::expected<Request, RequestFault> settle(Draft draft) {
    if (draft.id) draft.request.id = *draft.id;
    if (draft.request.crs_dep_time && !is_time_of_day(*draft.request.crs_dep_time)) {
        draft.request.crs_dep_time.reset();
    }
    const std::optional<double>& elapsed = draft.request.crs_elapsed_time;
    if (elapsed && !(*elapsed > 0 && *elapsed <= kElapsedMinutesMax)) {
        draft.request.crs_elapsed_time.reset();
    }
    if (draft.date_text && !settle_date(*draft.date_text, draft.request)) {
        return std::unexpected(fault(
            "bad_date",
            "FlightDate '" + *draft.date_text + "' is not a day of the calendar.",
            draft.id
        ));
    }
    return std::move(draft.request);
}

}  // namespace

std::string encode_request(const Request& request) {
    std::string out;
    out.reserve(384);
    append_field(out, "{\"DepDelay\": ", request.dep_delay);
    append_field(out, ", \"Carrier\": ", request.carrier);
    append_field(out, ", \"FlightDate\": ", request.flight_date);
    append_field(out, ", \"Dest\": ", request.dest);
    append_field(out, ", \"FlightNum\": ", request.flight_num);
    append_field(out, ", \"Origin\": ", request.origin);
    append_field(out, ", \"Distance\": ", request.distance);
    append_field(out, ", \"DayOfYear\": ", request.day_of_year);
    append_field(out, ", \"DayOfMonth\": ", request.day_of_month);
    append_field(out, ", \"DayOfWeek\": ", request.day_of_week);
    out += ", \"Timestamp\": ";
    if (request.timestamp) {
        out += '"';
        append_isoformat(out, *request.timestamp);
        out += '"';
    } else {
        out += "null";
    }
    out += ", \"UUID\": \"";
    out += request.id.to_string();
    out += '"';
    if (request.crs_dep_time) append_field(out, ", \"CRSDepTime\": ", request.crs_dep_time);
    if (request.crs_elapsed_time) {
        append_field(out, ", \"CRSElapsedTime\": ", request.crs_elapsed_time);
    }
    if (request.requested_at) {
        out += ", \"RequestedAt\": \"";
        append_utc(out, *request.requested_at);
        out += '"';
    }
    out += '}';
    return out;
}

std::expected<Request, RequestFault> decode_request(std::string_view value, const TimeZone& zone) {
    FC_TRY(Draft draft, read_flight(value, zone));
    if (!draft.id) {
        return std::unexpected(fault("no_uuid", "UUID is missing or not a UUID.", std::nullopt));
    }
    return settle(std::move(draft));
}

}  // namespace flightcast::flight
