// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/outcome_json.h"

#include <array>
#include <boost/json/null_resource.hpp>
#include <boost/json/parser.hpp>
#include <cstddef>
#include <string_view>

#include "flight/failure_json.h"
#include "flight/prediction_json.h"
#include "text/json_text.h"

namespace flightcast::gateway::api {

using delivery::SharedOutcome;

namespace {

void append_text(std::string& out, std::string_view name, std::string_view text) {
    out += ",\"";
    out += name;
    out += "\":";
    text::append_java_string(out, text);
}

// Records of other scorers are read leniently; the JSON handed on must suit every parser.
bool is_strict_json(std::string_view text) {
    boost::json::parser parser;
    boost::system::error_code error;
    parser.write(text.data(), text.size(), error);
    return !error;
}

bool append_prediction(std::string& out, std::string_view record, const flight::TimeZone& zone) {
    const auto prediction = flight::decode_prediction(record, zone);
    if (!prediction) return false;
    const auto index = static_cast<std::size_t>(prediction->predicted);
    append_text(out, "status", "predicted");
    out += ",\"class\":" + std::to_string(index);
    append_text(out, "class_name", flight::kClassTexts.at(index));
    out += ",\"prediction\":";
    out += is_strict_json(record)
               ? std::string(record)
               : flight::encode_prediction(*prediction, flight::ResponseFields::all, zone);
    return true;
}

void append_failure(std::string& out, std::string_view record) {
    const auto failure = flight::decode_failure(record);
    append_text(out, "status", "failed");
    out += ",\"failure\":{\"reason\":";
    text::append_java_string(out, failure ? failure->reason : "unknown");
    append_text(out, "message", failure ? failure->message : "The request could not be scored.");
    out += '}';
}

}  // namespace

std::string url_of(const base::Uuid& id, std::string_view prefix) {
    return std::string(prefix).append(kPredictionsPath) + "/" + id.to_string();
}

void append_outcome(
    std::string& out,
    const base::Uuid& id,
    const SharedOutcome& outcome,
    const flight::TimeZone& zone,
    std::string_view prefix
) {
    out += "{\"id\":\"" + id.to_string() + "\",\"url\":\"" + url_of(id, prefix) + "\"";
    const bool is_failure = outcome && outcome->kind == flight::OutcomeKind::failure;
    if (is_failure) {
        append_failure(out, outcome->json);
    } else if (!outcome || !append_prediction(out, outcome->json, zone)) {
        append_text(out, "status", "pending");
    }
    out += '}';
}

}  // namespace flightcast::gateway::api
