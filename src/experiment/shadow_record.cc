// SPDX-License-Identifier: Apache-2.0
#include "experiment/shadow_record.h"

#include <boost/json.hpp>
#include <cmath>
#include <optional>

#include "registry/member_writer.h"

namespace flightcast::experiment {

namespace json = boost::json;
using base::Errc;
using base::fail;
using base::Result;
using registry::MemberWriter;

namespace {

std::string probabilities_json(const flight::Probabilities& probabilities) {
    std::string text;
    for (const double probability : probabilities) {
        text += text.empty() ? '[' : ',';
        text::append_java_double(text, probability);
    }
    return text + "]";
}

std::optional<flight::Probabilities> probabilities_in(const json::value* value) {
    flight::Probabilities read{};
    if (value == nullptr || !value->is_array()) return std::nullopt;
    const json::array& list = value->get_array();
    if (list.size() != read.size()) return std::nullopt;
    for (std::size_t i = 0; i < read.size(); ++i) {
        if (!list[i].is_number()) return std::nullopt;
        read[i] = list[i].to_number<double>();
        if (!(read[i] >= 0 && read[i] <= 1)) return std::nullopt;
    }
    return read;
}

std::optional<std::string> text_in(const json::object& object, std::string_view name) {
    const json::value* const value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

std::unexpected<base::Error> corrupt(const char* reason) {
    return fail(Errc::corrupt, std::string("a record of the shadow topic ") + reason);
}

}  // namespace

std::string encode_shadow(const ShadowRecord& record) {
    MemberWriter to;
    to.text("UUID", record.id.to_string());
    std::string answers;
    for (const ShadowAnswer& answer : record.answers) {
        MemberWriter member;
        member.text("Model", answer.model);
        member.raw("Probabilities", probabilities_json(answer.probabilities));
        answers += (answers.empty() ? "[" : ",") + std::move(member).finish();
    }
    to.raw("Answers", answers.empty() ? "[]" : answers + "]");
    std::string dropped;
    for (const DroppedModel& model : record.dropped) {
        MemberWriter member;
        member.text("Model", model.model);
        member.text("Reason", model.reason);
        dropped += (dropped.empty() ? "[" : ",") + std::move(member).finish();
    }
    if (!dropped.empty()) to.raw("Dropped", dropped + "]");
    return std::move(to).finish();
}

Result<ShadowRecord> decode_shadow(std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) return corrupt("is not a JSON object");
    const json::object& object = value.get_object();
    ShadowRecord record;
    const auto id = base::Uuid::parse(text_in(object, "UUID").value_or(""));
    if (!id) return corrupt("has no valid UUID");
    record.id = *id;
    const json::value* const answers = object.if_contains("Answers");
    if (answers == nullptr || !answers->is_array()) return corrupt("has no list of answers");
    for (const json::value& item : answers->get_array()) {
        if (!item.is_object()) return corrupt("has an answer that is not an object");
        const auto model = text_in(item.get_object(), "Model");
        const auto probabilities = probabilities_in(item.get_object().if_contains("Probabilities"));
        if (!model || !probabilities) return corrupt("has an answer without four probabilities");
        record.answers.push_back({.model = *model, .probabilities = *probabilities});
    }
    const json::value* const dropped = object.if_contains("Dropped");
    if (dropped == nullptr || !dropped->is_array()) return record;
    for (const json::value& item : dropped->get_array()) {
        if (!item.is_object()) continue;
        const auto model = text_in(item.get_object(), "Model");
        if (!model) continue;
        record.dropped.push_back(
            {.model = *model, .reason = text_in(item.get_object(), "Reason").value_or("")}
        );
    }
    return record;
}

}  // namespace flightcast::experiment
