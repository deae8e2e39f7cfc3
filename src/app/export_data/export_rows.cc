// SPDX-License-Identifier: Apache-2.0
#include "app/export_data/export_rows.h"

#include <boost/json.hpp>

#include "flight/calendar/timestamp.h"
#include "text/json_text.h"
#include "text/number_text.h"

namespace flightcast::app::export_data {

namespace json = boost::json;
using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::string_view kProbability = "Probability";  // and a digit
constexpr std::size_t kDayLength = 10;                    // of "2026-11-30"

constexpr std::array<std::string_view, 18> kPredictionColumns = {
    "UUID",
    "RequestedAt",
    "Timestamp",
    "FlightDate",
    "Carrier",
    "Origin",
    "Dest",
    "FlightNum",
    "CRSDepTime",
    "DepDelay",
    "Distance",
    "Prediction",
    "Probability0",
    "Probability1",
    "Probability2",
    "Probability3",
    "Model",
    "ScoredAt",
};
constexpr std::array<std::string_view, 15> kArrivalColumns = {
    "FlightDate",
    "Carrier",
    "Origin",
    "Dest",
    "FlightNum",
    "CRSDepTime",
    "DepDelay",
    "DepartedAt",
    "ArrDelay",
    "Cancelled",
    "Diverted",
    "ArrivedAt",
    "ReportedAt",
    "Source",
    "UUID",
};
constexpr std::array<std::string_view, 25> kEvaluationColumns = {
    "UUID",         "Model",      "Revision",     "Verdict",      "FlightDate",
    "Carrier",      "Origin",     "Dest",         "FlightNum",    "CRSDepTime",
    "RequestedAt",  "Prediction", "Probability0", "Probability1", "Probability2",
    "Probability3", "Observed",   "ArrDelay",     "Probability",  "LogLoss",
    "Brier",        "ArrivedAt",  "ReportedAt",   "LabelDelay",   "Source",
};

void append_text(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void append_value(std::string& out, const json::value& value) {
    if (const auto* const integer = value.if_int64()) return text::append_integer(out, *integer);
    if (const auto* const number = value.if_double()) return text::append_java_double(out, *number);
    if (const auto* const text = value.if_string()) return append_text(out, *text);
    if (!value.is_null()) append_text(out, json::serialize(value));
}

// "Probability2" is the third of the array, where the document has one.
const json::value* find_member(const json::object& document, std::string_view column) {
    const bool is_of_array =
        column.size() == kProbability.size() + 1 && column.starts_with(kProbability);
    if (!is_of_array) return document.if_contains(column);
    const json::value* const all = document.if_contains("Probabilities");
    if (all == nullptr || !all->is_array()) return nullptr;
    return all->as_array().if_contains(static_cast<std::size_t>(column.back() - '0'));
}

std::optional<json::object> document_of(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.as_object());
}

std::optional<base::WallTime> time_in(const json::object& document, const char* member) {
    const json::value* const value = document.if_contains(member);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    std::string text(value->as_string());
    auto time = flight::parse_event_time(text);
    if (!time) time = flight::parse_event_time(text + "Z");
    return time ? std::optional(*time) : std::nullopt;
}

}  // namespace

std::span<const std::string_view> columns_of(Kind kind) {
    switch (kind) {
        case Kind::predictions:
            return kPredictionColumns;
        case Kind::arrivals:
            return kArrivalColumns;
        case Kind::evaluations:
            break;
    }
    return kEvaluationColumns;
}

std::string csv_head(Kind kind) {
    std::string line;
    for (const std::string_view column : columns_of(kind)) {
        line.append(line.empty() ? "" : ",").append(column);
    }
    return line + "\n";
}

Result<std::string> row_of(Kind kind, Format format, std::string_view json) {
    const auto document = document_of(json);
    if (!document) return fail(Errc::corrupt, "the document is not a JSON object");
    // Line breaks stand only between members: inside of a string they are escaped.
    std::string line(json);
    if (format == Format::jsonl) {
        std::erase(line, '\n');
        std::erase(line, '\r');
        return line + "\n";
    }
    line.clear();
    for (const std::string_view column : columns_of(kind)) {
        if (column != columns_of(kind).front()) line += ',';
        if (const json::value* const value = find_member(*document, column)) {
            append_value(line, *value);
        }
    }
    return line + "\n";
}

Result<base::WallTime> read_bound(const std::string& text) {
    const bool is_day = text.size() == kDayLength;
    auto time = flight::parse_event_time(is_day ? text + "T00:00:00Z" : text);
    if (time) return *time;
    return fail(
        Errc::invalid_argument,
        "'" + text + "' is " + time.error().detail +
            "; give a day or a time such as 2026-11-30T12:00:00Z"
    );
}

std::optional<base::WallTime> time_of_prediction(std::string_view json) {
    const auto document = document_of(json);
    if (!document) return std::nullopt;
    if (const auto scored = time_in(*document, "ScoredAt")) return scored;
    return time_in(*document, "Timestamp");
}

}  // namespace flightcast::app::export_data
