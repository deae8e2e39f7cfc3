// SPDX-License-Identifier: Apache-2.0
#include "arrival/arrival_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "base/limits.h"
#include "flight/calendar/timestamp.h"
#include "text/json_text.h"
#include "text/number_text.h"
#include "text/text_parser.h"

namespace flightcast::arrival {

namespace json = boost::json;

namespace {

using std::chrono::days;

constexpr double kDelayMax = 100'000;  // minutes
constexpr std::int32_t kYearMin = 1980;
constexpr std::int32_t kYearMax = 2100;
constexpr std::size_t kSourceBytesMax = 64;
// A day begins somewhere up to 14 hours before it begins in UTC.
constexpr auto kEarliestZone = std::chrono::hours(14);

// One report while it is read.
struct Reading {
    const ReadRules& rules;
    Arrival arrival{};
    Faults faults{};

    void accuse(std::string_view field, std::string detail) {
        for (const FieldFault& known : faults) {
            if (known.field == field) return;
        }
        faults.push_back({.field = std::string(field), .detail = std::move(detail)});
    }
};

std::string shown(const json::value& value) {
    std::string text = json::serialize(value);
    constexpr std::size_t kShown = 40;
    if (text.size() > kShown) text = "a longer value";
    return text;
}

bool read_text(
    std::string_view name, const json::value& value, std::optional<std::string>& text, Reading& to
) {
    if (!value.is_string()) {
        to.accuse(name, shown(value) + " is not a string");
        return false;
    }
    const std::string_view given(value.get_string());
    if (given.size() > base::limits::kFieldBytesMax) {
        to.accuse(
            name, "is too long; at most " + std::to_string(base::limits::kFieldBytesMax) + " bytes"
        );
        return false;
    }
    text = given;
    return true;
}

template <std::optional<std::string> Arrival::* member>
void read_code(std::string_view name, const json::value& value, Reading& to) {
    auto& text = to.arrival.*member;
    if (!read_text(name, value, text, to) || !text->empty()) return;
    text.reset();
    to.accuse(name, "is empty; give a code as a string");
}

void read_number(std::string_view name, const json::value& value, Reading& to) {
    if (value.is_int64() && value.get_int64() >= 0) {
        to.arrival.flight_num = std::to_string(value.get_int64());
        return;
    }
    if (!value.is_string()) {
        return to.accuse(name, shown(value) + " is not a flight number; give it as a string");
    }
    if (!read_text(name, value, to.arrival.flight_num, to)) return;
    if (to.arrival.flight_num->empty()) to.arrival.flight_num.reset();
}

void read_flight_date(std::string_view name, const json::value& value, Reading& to) {
    std::optional<std::string> text;
    if (!read_text(name, value, text, to)) return;
    const auto date = flight::parse_flight_date(*text);
    if (!date) return to.accuse(name, shown(value) + " is " + date.error().detail);
    if (date->date.year < kYearMin || date->date.year > kYearMax) {
        return to.accuse(name, shown(value) + " is not in the years 1980 to 2100");
    }
    to.arrival.flight_date = date->date;
    if (!to.arrival.crs_dep_time) to.arrival.crs_dep_time = date->crs_dep_time;
}

std::optional<std::int32_t> time_of_day(const json::value& value) {
    if (value.is_int64()) {
        const std::int64_t hhmm = value.get_int64();
        const bool is_time = hhmm >= 0 && hhmm < 2'400 && hhmm % 100 < 60;
        return is_time ? std::optional(static_cast<std::int32_t>(hhmm)) : std::nullopt;
    }
    if (!value.is_string()) return std::nullopt;
    text::TextParser parser(std::string_view(value.get_string()));
    const auto hour = parser.digits(2);
    parser.take(":");
    const auto minute = parser.digits(2);
    if (!hour || !minute || !parser.at_end() || *hour > 23 || *minute > 59) return std::nullopt;
    return *hour * 100 + *minute;
}

void read_crs_dep_time(std::string_view name, const json::value& value, Reading& to) {
    to.arrival.crs_dep_time = time_of_day(value);
    if (to.arrival.crs_dep_time) return;
    to.accuse(name, shown(value) + " is not a time of day; give hhmm from 0000 to 2359");
}

template <std::optional<double> Arrival::* member>
void read_delay(std::string_view name, const json::value& value, Reading& to) {
    boost::system::error_code error;
    const double minutes = value.is_number() ? value.to_number<double>(error) : NAN;
    if (error || !std::isfinite(minutes) || std::abs(minutes) > kDelayMax) {
        return to.accuse(
            name,
            shown(value) + " is not a number of minutes; give one from -100000 to 100000, such as 5"
        );
    }
    to.arrival.*member = minutes;
}

template <bool Arrival::* member>
void read_flag(std::string_view name, const json::value& value, Reading& to) {
    if (!value.is_bool()) return to.accuse(name, shown(value) + " is neither true nor false");
    to.arrival.*member = value.get_bool();
}

template <std::optional<base::WallTime> Arrival::* member>
void read_time(std::string_view name, const json::value& value, Reading& to) {
    std::optional<std::string> text;
    if (!read_text(name, value, text, to)) return;
    const auto time = flight::parse_event_time(*text);
    if (!time) return to.accuse(name, shown(value) + " is " + time.error().detail);
    to.arrival.*member = *time;
}

void read_source(std::string_view name, const json::value& value, Reading& to) {
    std::optional<std::string> text;
    if (!read_text(name, value, text, to)) return;
    if (text->size() > kSourceBytesMax) return to.accuse(name, "is longer than 64 bytes");
    to.arrival.source = *std::move(text);
}

void read_id(std::string_view name, const json::value& value, Reading& to) {
    if (value.is_string()) to.arrival.id = base::Uuid::parse(std::string_view(value.get_string()));
    if (!to.arrival.id) to.accuse(name, shown(value) + " is not a UUID");
}

struct Field {
    std::string_view name;
    void (*read)(std::string_view name, const json::value& value, Reading& to);
};

// In the order in which records have them and faults are listed.
constexpr Field kFields[] = {
    {"FlightDate", read_flight_date},
    {"Carrier", read_code<&Arrival::carrier>},
    {"Origin", read_code<&Arrival::origin>},
    {"Dest", read_code<&Arrival::dest>},
    {"FlightNum", read_number},
    {"CRSDepTime", read_crs_dep_time},
    {"DepDelay", read_delay<&Arrival::dep_delay>},
    {"DepartedAt", read_time<&Arrival::departed_at>},
    {"ArrDelay", read_delay<&Arrival::arr_delay>},
    {"Cancelled", read_flag<&Arrival::cancelled>},
    {"Diverted", read_flag<&Arrival::diverted>},
    {"ArrivedAt", read_time<&Arrival::arrived_at>},
    {"ReportedAt", read_time<&Arrival::reported_at>},
    {"Source", read_source},
    {"UUID", read_id},
};

void check_flight(Reading& to) {
    const Arrival& arrival = to.arrival;
    if (arrival.id || to.rules.is_of_known_request) return;
    constexpr std::string_view kMissing = "is missing; give it, or the UUID of a prediction";
    if (!arrival.flight_date) to.accuse("FlightDate", std::string(kMissing));
    if (!arrival.carrier) to.accuse("Carrier", std::string(kMissing));
    if (!arrival.origin) to.accuse("Origin", std::string(kMissing));
    if (!arrival.dest) to.accuse("Dest", std::string(kMissing));
}

void check_event(Reading& to) {
    const Arrival& arrival = to.arrival;
    if (arrival.cancelled && arrival.arr_delay) {
        to.accuse("Cancelled", "excludes ArrDelay; give one of them");
    }
    if (arrival.diverted && (arrival.cancelled || arrival.arr_delay)) {
        to.accuse("Diverted", "excludes ArrDelay and Cancelled; give one of them");
    }
    const bool tells_nothing =
        event_of(arrival) == Event::departed && !arrival.dep_delay && !arrival.departed_at;
    if (!tells_nothing) return;
    to.accuse(
        "ArrDelay",
        "is missing; give the delay in minutes, or Cancelled or Diverted as true, or of a "
        "departure DepDelay or DepartedAt"
    );
}

void check_times(Reading& to) {
    const Arrival& arrival = to.arrival;
    if (arrival.arrived_at && arrival.departed_at && *arrival.arrived_at < *arrival.departed_at) {
        to.accuse("ArrivedAt", "is before DepartedAt");
    }
    if (arrival.arrived_at && arrival.flight_date) {
        const base::WallTime day(days(flight::days_since_epoch(*arrival.flight_date)));
        if (*arrival.arrived_at < day - kEarliestZone) {
            to.accuse("ArrivedAt", "is before the day of FlightDate");
        }
    }
    if (arrival.reported_at &&
        *arrival.reported_at > to.rules.now + base::limits::kReportedAheadMax) {
        to.accuse("ReportedAt", "is in the future; give the time at which the report was made");
    }
}

void append_name(std::string& out, std::string_view name) {
    out += out.empty() ? "{\"" : ",\"";
    out += name;
    out += "\":";
}

void append_text(std::string& out, std::string_view name, const std::string& text) {
    append_name(out, name);
    text::append_java_string(out, text);
}

void append_text(std::string& out, std::string_view name, const std::optional<std::string>& text) {
    if (text) append_text(out, name, *text);
}

void append_delay(std::string& out, std::string_view name, const std::optional<double>& minutes) {
    if (!minutes) return;
    append_name(out, name);
    text::append_java_double(out, *minutes);
}

void append_time(
    std::string& out, std::string_view name, const std::optional<base::WallTime>& time
) {
    if (!time) return;
    append_name(out, name);
    out += '"';
    flight::append_utc(out, *time);
    out += '"';
}

}  // namespace

std::expected<Arrival, Faults> read_arrival(const json::object& report, const ReadRules& rules) {
    Reading reading{.rules = rules};
    for (const Field& field : kFields) {
        const json::value* const value = report.if_contains(field.name);
        if (value != nullptr && !value->is_null()) field.read(field.name, *value, reading);
    }
    check_flight(reading);
    check_event(reading);
    check_times(reading);
    for (const auto& member : report) {
        const std::string_view name(member.key());
        const bool is_known = std::ranges::find(kFields, name, &Field::name) != std::end(kFields);
        if (is_known || !rules.refuses_unknown) continue;
        reading.accuse(name, "is not a field of a report");
    }
    if (reading.faults.empty()) return std::move(reading.arrival);
    std::ranges::stable_sort(reading.faults, {}, [](const FieldFault& fault) {
        return std::ranges::find(kFields, fault.field, &Field::name) - std::begin(kFields);
    });
    return std::unexpected(std::move(reading.faults));
}

std::expected<Arrival, Faults> decode_arrival(std::string_view text, const ReadRules& rules) {
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) {
        return std::unexpected(Faults{{.field = "", .detail = "the value is not a JSON object"}});
    }
    return read_arrival(value.get_object(), rules);
}

std::string encode_arrival(const Arrival& arrival) {
    std::string out;
    out.reserve(256);
    if (arrival.flight_date) {
        append_name(out, "FlightDate");
        out += '"';
        flight::append_iso_date(out, *arrival.flight_date);
        out += '"';
    }
    append_text(out, "Carrier", arrival.carrier);
    append_text(out, "Origin", arrival.origin);
    append_text(out, "Dest", arrival.dest);
    append_text(out, "FlightNum", arrival.flight_num);
    if (arrival.crs_dep_time) {
        append_name(out, "CRSDepTime");
        text::append_integer(out, *arrival.crs_dep_time);
    }
    append_delay(out, "DepDelay", arrival.dep_delay);
    append_time(out, "DepartedAt", arrival.departed_at);
    append_delay(out, "ArrDelay", arrival.arr_delay);
    if (arrival.cancelled) out += out.empty() ? "{\"Cancelled\":true" : ",\"Cancelled\":true";
    if (arrival.diverted) out += out.empty() ? "{\"Diverted\":true" : ",\"Diverted\":true";
    append_time(out, "ArrivedAt", arrival.arrived_at);
    append_time(out, "ReportedAt", arrival.reported_at);
    if (!arrival.source.empty()) append_text(out, "Source", arrival.source);
    if (arrival.id) append_text(out, "UUID", arrival.id->to_string());
    if (out.empty()) out = "{";
    return out += '}';
}

std::string text_of(const Faults& faults) {
    std::string text;
    for (const FieldFault& fault : faults) {
        if (!text.empty()) text += "; ";
        if (!fault.field.empty()) text += fault.field + ": ";
        text += fault.detail;
    }
    return text;
}

}  // namespace flightcast::arrival
