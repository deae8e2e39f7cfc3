// SPDX-License-Identifier: Apache-2.0
#include "batch/prediction_writer.h"

#include <array>
#include <charconv>
#include <optional>

#include "flight/predicted_class.h"
#include "text/json_text.h"
#include "text/number_text.h"

namespace flightcast::batch {
namespace {

// ---- CSV: each appends a value and a comma

void append_csv_text(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
    } else {
        out += '"';
        for (const char c : text) {
            if (c == '"') out += '"';
            out += c;
        }
        out += '"';
    }
    out += ',';
}

void append_csv_field(std::string& out, const std::optional<std::string>& text) {
    append_csv_text(out, text ? std::string_view(*text) : std::string_view());
}

void append_csv_number(std::string& out, double number) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    out.append(buffer.data(), end);
    out += ',';
}

void append_csv_field(std::string& out, const std::optional<double>& number) {
    number ? append_csv_number(out, *number) : static_cast<void>(out += ',');
}

// ---- JSON: each appends a key's text, the value and a comma, or nothing

void append_json_field(
    std::string& out, std::string_view key, const std::optional<std::string>& text
) {
    if (!text) return;
    out += key;
    text::append_java_string(out, *text);
    out += ',';
}

void append_json_field(std::string& out, std::string_view key, const std::optional<double>& value) {
    if (!value) return;
    out += key;
    text::append_java_double(out, *value);
    out += ',';
}

}  // namespace

PredictionWriter::PredictionWriter(OutputFormat format, std::string_view model_id)
    : format_(format), model_id_(model_id) {}

std::string_view PredictionWriter::header() const {
    if (format_ == OutputFormat::jsonl) return {};
    return "File,Line,FlightDate,Carrier,FlightNum,Origin,Dest,DepDelay,Distance,Prediction,"
           "Probability0,Probability1,Probability2,Probability3,Model\n";
}

void PredictionWriter::append(std::string& out, const ScoredRow& row) const {
    if (format_ == OutputFormat::csv) {
        append_csv(out, row);
    } else {
        append_json(out, row);
    }
}

void PredictionWriter::append_csv(std::string& out, const ScoredRow& row) const {
    const flight::Request& request = row.request;
    append_csv_text(out, row.file);
    text::append_integer(out, static_cast<std::int64_t>(row.line));
    out += ',';
    append_csv_field(out, request.flight_date);
    append_csv_field(out, request.carrier);
    append_csv_field(out, request.flight_num);
    append_csv_field(out, request.origin);
    append_csv_field(out, request.dest);
    append_csv_field(out, request.dep_delay);
    append_csv_field(out, request.distance);
    append_csv_number(out, static_cast<double>(flight::predicted_class(row.probabilities)));
    for (const double probability : row.probabilities) append_csv_number(out, probability);
    out += model_id_;
    out += '\n';
}

void PredictionWriter::append_json(std::string& out, const ScoredRow& row) const {
    const flight::Request& request = row.request;
    out += "{\"File\":";
    text::append_java_string(out, row.file);
    out += ",\"Line\":";
    text::append_integer(out, static_cast<std::int64_t>(row.line));
    out += ',';
    append_json_field(out, "\"FlightDate\":", request.flight_date);
    append_json_field(out, "\"Carrier\":", request.carrier);
    append_json_field(out, "\"FlightNum\":", request.flight_num);
    append_json_field(out, "\"Origin\":", request.origin);
    append_json_field(out, "\"Dest\":", request.dest);
    append_json_field(out, "\"DepDelay\":", request.dep_delay);
    append_json_field(out, "\"Distance\":", request.distance);
    if (request.id != base::Uuid{}) append_json_field(out, "\"UUID\":", request.id.to_string());
    out += "\"Prediction\":";
    text::append_java_double(out, static_cast<double>(flight::predicted_class(row.probabilities)));
    char separator = '[';
    out += ",\"Probabilities\":";
    for (const double probability : row.probabilities) {
        out += separator;
        separator = ',';
        text::append_java_double(out, probability);
    }
    out += "],\"Model\":";
    text::append_java_string(out, model_id_);
    out += "}\n";
}

}  // namespace flightcast::batch
