// SPDX-License-Identifier: Apache-2.0
#include "flight/prediction_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "flight/calendar/date.h"
#include "flight/calendar/timestamp.h"
#include "flight/expected_delay.h"
#include "flight/record_keys.h"
#include "text/json_reader.h"
#include "text/json_text.h"
#include "text/number_text.h"

namespace flightcast::flight {
namespace {

using base::Errc;
using base::fail;
using Kind = text::JsonValue::Kind;

// Each appends a key's text, the value and a comma, or nothing.
void append_field(std::string& out, std::string_view key, const std::optional<std::string>& value) {
    if (!value) return;
    out += key;
    text::append_java_string(out, *value);
    out += ',';
}

void append_field(
    std::string& out, std::string_view key, const std::optional<std::int32_t>& value
) {
    if (!value) return;
    out += key;
    text::append_integer(out, *value);
    out += ',';
}

void append_double(std::string& out, double value) {
    const bool quoted = !std::isfinite(value);
    if (quoted) out += '"';
    text::append_java_double(out, value);
    if (quoted) out += '"';
}

void append_field(std::string& out, std::string_view key, const std::optional<double>& value) {
    if (!value) return;
    out += key;
    append_double(out, *value);
    out += ',';
}

void append_date(std::string& out, const std::optional<std::string>& text) {
    if (!text) return;
    const auto read = parse_flight_date(*text);
    if (!read) return;
    out += "\"FlightDate\":\"";
    append_iso_date(out, read->date);
    out += "\",";
}

void append_contributions(std::string& out, const Contributions& contributions) {
    out += "\"Contributions\":{\"";
    out += kContributionBase;
    out += "\":";
    append_double(out, contributions.base);
    for (const auto& [feature, change] : contributions.changes) {
        out += ',';
        text::append_java_string(out, feature);
        out += ':';
        append_double(out, change);
    }
    out += "},";
}

// Numbers as a float prints them: the same 32 bits when they are read.
void append_float(std::string& out, float value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    std::array<char, 32> buffer{};
    out.append(buffer.data(), std::to_chars(buffer.begin(), buffer.end(), value).ptr);
}

void append_online(std::string& out, const Request& request) {
    const OnlineValues& online = *request.online;
    out += "\"Online\":{\"Fold\":";
    text::append_integer(out, online.fold);
    if (online.arrival_offset) {
        out += ",\"ArrivalOffset\":";
        text::append_integer(out, *online.arrival_offset);
    }
    if (const auto expected = expected_delay(request)) {
        out += ",\"ExpectedArrDelay\":";
        append_double(out, expected->minutes);
        out += ",\"Low\":";
        append_double(out, expected->low);
        out += ",\"High\":";
        append_double(out, expected->high);
    }
    char separator = '[';
    out += ",\"Values\":";
    for (const float value : online.values) {
        out += std::exchange(separator, ',');
        append_float(out, value);
    }
    out += online.values.empty() ? "[]}," : "]},";
}

void append_own_fields(std::string& out, const Prediction& prediction) {
    append_field(out, "\"FlightNum\":", prediction.request.flight_num);
    append_field(out, "\"CRSDepTime\":", prediction.request.crs_dep_time);
    if (prediction.request.requested_at) {
        out += "\"RequestedAt\":\"";
        append_utc(out, *prediction.request.requested_at);
        out += "\",";
    }
    if (prediction.probabilities) {
        char separator = '[';
        out += "\"Probabilities\":";
        for (const double probability : *prediction.probabilities) {
            out += std::exchange(separator, ',');
            append_double(out, probability);
        }
        out += "],";
    }
    append_field(out, "\"Model\":", prediction.model);
    if (prediction.scored_at) {
        out += "\"ScoredAt\":\"";
        append_utc(out, *prediction.scored_at);
        out += "\",";
    }
    if (prediction.contributions) append_contributions(out, *prediction.contributions);
    if (prediction.request.online) append_online(out, prediction.request);
}

std::string_view without_spaces(std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return {};
    return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

// Finite numbers by name, one of them the base; nothing for anything else.
std::optional<Contributions> read_contributions(const text::JsonValue& value) {
    if (value.kind != Kind::object) return std::nullopt;
    Contributions contributions;
    bool has_base = false;
    text::JsonReader reader(value.text);
    while (const auto member = reader.next()) {
        const double number = member->value.to_double().value_or(NAN);
        if (!std::isfinite(number)) return std::nullopt;
        if (member->key == kContributionBase) {
            has_base = true;
            contributions.base = number;
        } else if (contributions.changes.size() < base::limits::kModelFeaturesMax) {
            contributions.changes.push_back({std::string(member->key), number});
        } else {
            return std::nullopt;
        }
    }
    if (!reader.ok() || !has_base) return std::nullopt;
    return contributions;
}

// The numbers of a JSON array, null as NaN; nothing for any other value, or for too many.
std::optional<std::vector<float>> read_values(const text::JsonValue& value) {
    if (value.kind != Kind::array) return std::nullopt;
    std::string_view rest = without_spaces(value.text.substr(1, value.text.size() - 2));
    std::vector<float> values;
    while (!rest.empty()) {
        if (values.size() == base::limits::kModelFeaturesMax) return std::nullopt;
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::string_view text = without_spaces(rest.substr(0, comma));
        const auto number = static_cast<float>(text::parse_json_number(text));
        if (text != "null" && !std::isfinite(number)) return std::nullopt;
        values.push_back(text == "null" ? NAN : number);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return values;
}

std::optional<OnlineValues> read_online(const text::JsonValue& value) {
    if (value.kind != Kind::object) return std::nullopt;
    OnlineValues online;
    std::optional<std::vector<float>> values;
    text::JsonReader reader(value.text);
    while (const auto member = reader.next()) {
        const double number = member->value.to_double().value_or(NAN);
        if (member->key == "Fold" && number >= 0 && number < 1e6) {
            online.fold = static_cast<std::uint32_t>(number);
        } else if (member->key == "ArrivalOffset" && number >= 0 && number < 9e15) {
            online.arrival_offset = static_cast<std::int64_t>(number);
        } else if (member->key == "Values") {
            values = read_values(member->value);
        }
    }
    if (!reader.ok() || !values) return std::nullopt;
    online.values = *std::move(values);
    return online;
}

struct Draft {
    Request request;
    Prediction prediction;  // all but the request
    std::optional<base::Uuid> id;
    std::optional<std::string> route;
    std::optional<double> predicted;
};

void read_id(const text::JsonValue& value, const TimeZone&, Draft& draft) {
    if (value.kind == Kind::string) draft.id = base::Uuid::parse(value.text);
}

void read_requested_time(const text::JsonValue& value, const TimeZone&, Draft& draft) {
    if (value.kind != Kind::string) return;
    const auto time = parse_timestamp(value.text, TimeZone());
    if (time) draft.request.requested_at = base::WallTime(time->time_since_epoch());
}

void read_scored_at(const text::JsonValue& value, const TimeZone&, Draft& draft) {
    if (value.kind != Kind::string) return;
    const auto time = parse_timestamp(value.text, TimeZone());
    if (time) draft.prediction.scored_at = base::WallTime(time->time_since_epoch());
}

constexpr RecordKey<Draft> kKeys[] = {
    {"Origin", read_request_field<&Request::origin>},
    {"DayOfWeek", read_request_field<&Request::day_of_week>},
    {"DayOfYear", read_request_field<&Request::day_of_year>},
    {"DayOfMonth", read_request_field<&Request::day_of_month>},
    {"Dest", read_request_field<&Request::dest>},
    {"DepDelay", read_request_field<&Request::dep_delay>},
    {"Timestamp", read_request_field<&Request::timestamp>},
    {"FlightDate", read_request_field<&Request::flight_date>},
    {"Carrier", read_request_field<&Request::carrier>},
    {"UUID", read_id},
    {"Distance", read_request_field<&Request::distance>},
    {"Route",
     [](const text::JsonValue& value, const TimeZone&, Draft& draft) {
         read_string_field(value, draft.route);
     }},
    {"Prediction",
     [](const text::JsonValue& value, const TimeZone&, Draft& draft) {
         read_double_field(value, draft.predicted);
     }},
    {"FlightNum", read_request_field<&Request::flight_num>},
    {"CRSDepTime", read_request_field<&Request::crs_dep_time>},
    {"RequestedAt", read_requested_time},
    {"Probabilities",
     [](const text::JsonValue& value, const TimeZone&, Draft& draft) {
         draft.prediction.probabilities = probabilities_of(value);
     }},
    {"Model",
     [](const text::JsonValue& value, const TimeZone&, Draft& draft) {
         read_string_field(value, draft.prediction.model);
     }},
    {"ScoredAt", read_scored_at},
    {"Contributions",
     [](const text::JsonValue& value, const TimeZone&, Draft& draft) {
         draft.prediction.contributions = read_contributions(value);
     }},
    {"Online", [](const text::JsonValue& value, const TimeZone&, Draft& draft) {
         draft.request.online = read_online(value);
     }},
};

bool is_class(double value) {
    return value >= 0 && value < static_cast<double>(kClassCount) && value == std::floor(value);
}

}  // namespace

std::optional<Probabilities> probabilities_of(const text::JsonValue& value) {
    if (value.kind != Kind::array) return std::nullopt;
    std::string_view rest = value.text.substr(1, value.text.size() - 2);
    Probabilities result{};
    for (std::size_t i = 0; i < result.size(); ++i) {
        const std::size_t comma = rest.find(',');
        if ((comma == std::string_view::npos) != (i + 1 == result.size())) return std::nullopt;
        // An invalid number becomes NaN.
        result[i] = text::parse_json_number(without_spaces(rest.substr(0, comma)));
        if (!std::isfinite(result[i])) return std::nullopt;
        if (comma != std::string_view::npos) rest.remove_prefix(comma + 1);
    }
    return result;
}

std::string encode_prediction(
    const Prediction& prediction, ResponseFields fields, const TimeZone& zone
) {
    const Request& request = prediction.request;
    std::string out;
    out.reserve(512);
    out += '{';
    append_field(out, "\"Origin\":", request.origin);
    append_field(out, "\"DayOfWeek\":", request.day_of_week);
    append_field(out, "\"DayOfYear\":", request.day_of_year);
    append_field(out, "\"DayOfMonth\":", request.day_of_month);
    append_field(out, "\"Dest\":", request.dest);
    append_field(out, "\"DepDelay\":", request.dep_delay);
    if (request.timestamp) {
        out += "\"Timestamp\":\"";
        append_zoned(out, *request.timestamp, zone);
        out += "\",";
    }
    append_date(out, request.flight_date);
    append_field(out, "\"Carrier\":", request.carrier);
    out += "\"UUID\":\"";
    out += request.id.to_string();
    out += "\",";
    append_field(out, "\"Distance\":", request.distance);
    if (!prediction.route.empty()) {
        out += "\"Route\":";
        text::append_java_string(out, prediction.route);
        out += ',';
    }
    out += "\"Prediction\":";
    append_double(out, prediction.predicted);
    out += ',';
    if (fields == ResponseFields::all) append_own_fields(out, prediction);
    out.back() = '}';
    return out;
}

base::Result<Prediction> decode_prediction(std::string_view json, const TimeZone& zone) {
    Draft draft;
    if (!read_record(json, kKeys, zone, draft)) {
        return fail(Errc::corrupt, "the response record is not a JSON object");
    }
    if (!draft.id) return fail(Errc::corrupt, "the response record has no UUID");
    if (!draft.predicted || !is_class(*draft.predicted)) {
        return fail(Errc::corrupt, "the response record's Prediction is not 0, 1, 2 or 3");
    }
    draft.prediction.request = std::move(draft.request);
    draft.prediction.request.id = *draft.id;
    draft.prediction.predicted = *draft.predicted;
    draft.prediction.route = std::move(draft.route).value_or("");
    return std::move(draft.prediction);
}

std::optional<base::Uuid> uuid_of_outcome(std::string_view json) {
    text::JsonReader reader(json);
    std::optional<base::Uuid> id;
    while (const auto member = reader.next()) {
        if (member->key != "UUID") continue;
        if (member->value.kind == Kind::string) id = base::Uuid::parse(member->value.text);
        break;
    }
    return id;
}

}  // namespace flightcast::flight
