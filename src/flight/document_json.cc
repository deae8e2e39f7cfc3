// SPDX-License-Identifier: Apache-2.0
#include "flight/document_json.h"

#include <array>
#include <chrono>
#include <cmath>
#include <utility>

#include "flight/calendar/stored_date.h"
#include "flight/calendar/timestamp.h"
#include "flight/expected_delay.h"
#include "flight/prediction_json.h"
#include "text/json_text.h"
#include "text/number_text.h"

namespace flightcast::flight {
namespace {

using std::chrono::milliseconds;

// Each appends a key's text and the value, or null.
void append_field(std::string& out, std::string_view key, const std::optional<std::string>& value) {
    out += key;
    value ? text::append_python_string(out, *value) : static_cast<void>(out += "null");
}

void append_field(
    std::string& out, std::string_view key, const std::optional<std::int32_t>& value
) {
    out += key;
    value ? text::append_integer(out, *value) : static_cast<void>(out += "null");
}

// A number that is not finite has no form in JSON; extended JSON has a form for it. The original's
// database returned negative zero as zero, which adding zero does.
void append_double(std::string& out, double value) {
    const bool finite = std::isfinite(value);
    if (!finite) out += "{\"$numberDouble\": \"";
    text::append_python_float(out, value + 0.0);
    if (!finite) out += "\"}";
}

void append_field(std::string& out, std::string_view key, const std::optional<double>& value) {
    out += key;
    value ? append_double(out, *value) : static_cast<void>(out += "null");
}

void append_instant(std::string& out, milliseconds time) {
    constexpr milliseconds kEndOfYear9999(253'402'300'800'000);
    out += "{\"$date\": ";
    if (time < milliseconds(0) || time >= kEndOfYear9999) {
        out += "{\"$numberLong\": \"";
        text::append_integer(out, time.count());
        out += "\"}}";
        return;
    }
    const auto whole = std::chrono::floor<std::chrono::seconds>(time);
    out += '"';
    append_isoformat(out, LocalTime(whole));
    if (time != whole) {
        const auto fraction = static_cast<int>((time - whole).count());
        out += '.';
        for (const int unit : {100, 10, 1}) out += static_cast<char>('0' + fraction / unit % 10);
    }
    out += "Z\"}";
}

milliseconds to_milliseconds(base::WallTime time) {
    return std::chrono::floor<milliseconds>(time).time_since_epoch();
}

void append_date(std::string& out, const std::optional<std::string>& text, const TimeZone& zone) {
    const auto stored = text ? stored_date(*text, zone) : std::nullopt;
    stored ? append_instant(out, to_milliseconds(*stored)) : static_cast<void>(out += "null");
}

void append_contributions(std::string& out, const Contributions& contributions) {
    out += ", \"Contributions\": {\"";
    out += kContributionBase;
    out += "\": ";
    append_double(out, contributions.base);
    for (const auto& [feature, change] : contributions.changes) {
        out += ", ";
        text::append_python_string(out, feature);
        out += ": ";
        append_double(out, change);
    }
    out += '}';
}

void append_online(std::string& out, const Request& request) {
    const OnlineValues& online = *request.online;
    out += ", \"Online\": {\"Fold\": ";
    text::append_integer(out, online.fold);
    if (online.arrival_offset) {
        out += ", \"ArrivalOffset\": ";
        text::append_integer(out, *online.arrival_offset);
    }
    if (const auto expected = expected_delay(request)) {
        out += ", \"ExpectedArrDelay\": ";
        append_double(out, expected->minutes);
        out += ", \"Low\": ";
        append_double(out, expected->low);
        out += ", \"High\": ";
        append_double(out, expected->high);
    }
    std::string_view separator;
    out += ", \"Values\": [";
    for (const float value : online.values) {
        out += std::exchange(separator, ", ");
        std::isfinite(value) ? append_double(out, value) : static_cast<void>(out += "null");
    }
    out += "]}";
}

void append_own_fields(std::string& out, const Prediction& prediction) {
    const Request& request = prediction.request;
    if (request.flight_num) append_field(out, ", \"FlightNum\": ", request.flight_num);
    if (request.crs_dep_time) append_field(out, ", \"CRSDepTime\": ", request.crs_dep_time);
    if (request.requested_at) {
        out += ", \"RequestedAt\": ";
        append_instant(out, to_milliseconds(*request.requested_at));
    }
    if (prediction.probabilities) {
        std::string_view separator = ", \"Probabilities\": [";
        for (const double probability : *prediction.probabilities) {
            out += separator;
            separator = ", ";
            append_double(out, probability);
        }
        out += ']';
    }
    if (prediction.model) append_field(out, ", \"Model\": ", prediction.model);
    if (prediction.scored_at) {
        out += ", \"ScoredAt\": ";
        append_instant(out, to_milliseconds(*prediction.scored_at));
    }
    if (prediction.contributions) append_contributions(out, *prediction.contributions);
    if (request.online) append_online(out, request);
}

void append_document(std::string& out, const StoredPrediction& stored, const TimeZone& zone) {
    const Request& request = stored.prediction.request;
    out += "{\"_id\": {\"$oid\": \"";
    out += stored.object_id.to_string();
    out += "\"}";
    append_field(out, ", \"Origin\": ", request.origin);
    append_field(out, ", \"DayOfWeek\": ", request.day_of_week);
    append_field(out, ", \"DayOfYear\": ", request.day_of_year);
    append_field(out, ", \"DayOfMonth\": ", request.day_of_month);
    append_field(out, ", \"Dest\": ", request.dest);
    append_field(out, ", \"DepDelay\": ", request.dep_delay);
    out += ", \"Timestamp\": ";
    if (request.timestamp) {
        append_instant(out, to_milliseconds(zone.to_wall(*request.timestamp)));
    } else {
        out += "null";
    }
    out += ", \"FlightDate\": ";
    append_date(out, request.flight_date, zone);
    append_field(out, ", \"Carrier\": ", request.carrier);
    out += ", \"UUID\": \"";
    out += request.id.to_string();
    out += '"';
    append_field(out, ", \"Distance\": ", request.distance);
    out += ", \"Route\": ";
    if (stored.prediction.route.empty()) {
        out += "null";
    } else {
        text::append_python_string(out, stored.prediction.route);
    }
    out += ", \"Prediction\": ";
    append_double(out, stored.prediction.predicted);
    append_own_fields(out, stored.prediction);
    out += '}';
}

// {"status": "...", "id": "..."
std::string status_and_id(std::string_view status, std::string_view id) {
    std::string out = "{\"status\": \"";
    out += status;
    out += "\", \"id\": ";
    text::append_python_string(out, id);
    return out;
}

}  // namespace

std::string accepted_body(const base::Uuid& id) {
    return status_and_id("OK", id.to_string()) + '}';
}

std::string error_body(std::string_view message) {
    std::string out = R"({"status": "ERROR", "message": )";
    text::append_python_string(out, message);
    out += '}';
    return out;
}

std::string error_body(const FieldError& error) {
    std::string out = error_body(error.message);
    out.back() = ',';
    out += R"( "field": )";
    text::append_python_string(out, error.field);
    out += '}';
    return out;
}

std::string wait_body(std::string_view id) {
    return status_and_id("WAIT", id) + '}';
}

std::string ok_body(std::string_view id, const StoredPrediction& stored, const TimeZone& zone) {
    std::string out = status_and_id("OK", id);
    out.reserve(768);
    out += ", \"prediction\": ";
    append_document(out, stored, zone);
    out += '}';
    return out;
}

}  // namespace flightcast::flight
