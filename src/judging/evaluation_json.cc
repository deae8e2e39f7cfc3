// SPDX-License-Identifier: Apache-2.0
#include "judging/evaluation_json.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "figures/tally.h"
#include "flight/calendar/timestamp.h"
#include "flight/prediction_json.h"
#include "flight/record_keys.h"
#include "judging/evaluation_scan.h"
#include "text/json_text.h"
#include "text/number_text.h"

namespace flightcast::judging {

using base::Errc;
using base::fail;
using flight::TimeZone;
using text::JsonValue;

namespace {

// Appends members with a comma before each but the first.
class Members {
  public:
    void name(std::string_view name) {
        out_ += out_.empty() ? "{\"" : ",\"";
        out_ += name;
        out_ += "\":";
    }
    void text(std::string_view key, const std::optional<std::string>& value) {
        if (!value) return;
        name(key);
        text::append_java_string(out_, *value);
    }
    void integer(std::string_view key, std::int64_t value) {
        name(key);
        text::append_integer(out_, value);
    }
    void number(std::string_view key, double value) {
        name(key);
        text::append_java_double(out_, value);
    }
    void time(std::string_view key, base::WallTime value) {
        name(key);
        out_ += '"';
        flight::append_utc(out_, value);
        out_ += '"';
    }
    std::string& raw() { return out_; }
    std::string finish() && { return std::move(out_ += '}'); }

  private:
    std::string out_;
};

std::string verdict_name(Verdict verdict) {
    return std::string(kVerdictNames[static_cast<std::size_t>(verdict)]);
}

void append_answer(Members& members, const Evaluation& evaluation) {
    members.number("Prediction", static_cast<double>(evaluation.predicted));
    if (!evaluation.probabilities) return;
    members.name("Probabilities");
    char separator = '[';
    for (const double probability : *evaluation.probabilities) {
        members.raw() += std::exchange(separator, ',');
        text::append_java_double(members.raw(), probability);
    }
    members.raw() += ']';
}

void append_judgement(Members& members, const Evaluation& evaluation) {
    members.integer("Observed", static_cast<std::int64_t>(evaluation.observed));
    members.number("ArrDelay", static_cast<double>(evaluation.arr_delay));
    if (!evaluation.probabilities) return;
    const flight::Probabilities& given = *evaluation.probabilities;
    members.number("Probability", given[evaluation.observed]);
    members.number("LogLoss", figures::log_loss_of(given, evaluation.observed));
    members.number("Brier", figures::brier_of(given, evaluation.observed));
}

void append_report(Members& members, const Evaluation& evaluation) {
    members.time("ArrivedAt", evaluation.arrived_at);
    members.time("ReportedAt", evaluation.reported_at);
    members.number("LabelDelay", std::chrono::duration<double>(evaluation.label_delay()).count());
    if (!evaluation.source.empty()) members.text("Source", evaluation.source);
}

void append_replaced(Members& members, const Replaced& replaced) {
    Members inner;
    inner.integer("Revision", replaced.revision);
    inner.text("Verdict", verdict_name(replaced.verdict));
    if (replaced.verdict == Verdict::judged) {
        inner.integer("Observed", static_cast<std::int64_t>(replaced.observed));
    }
    members.name("Replaces");
    members.raw() += std::move(inner).finish();
}

struct Draft {
    flight::Request request;
    Evaluation evaluation;
    std::optional<base::Uuid> id;
    std::optional<double> predicted;
    std::optional<std::string> model;
    std::optional<std::string> source;
    std::optional<std::int32_t> revision;
    std::optional<std::int32_t> observed;
    std::optional<Verdict> verdict;
    std::optional<base::WallTime> requested_at;
    bool is_replacing = false;
};

std::optional<Verdict> verdict_of(const JsonValue& value) {
    const auto* const found = std::ranges::find(kVerdictNames, value.text);
    if (value.kind != JsonValue::Kind::string || found == kVerdictNames.end()) return std::nullopt;
    return static_cast<Verdict>(found - kVerdictNames.begin());
}

std::optional<base::WallTime> moment_of(const JsonValue& value) {
    if (value.kind != JsonValue::Kind::string) return std::nullopt;
    const auto time = flight::parse_timestamp(value.text, TimeZone());
    if (!time) return std::nullopt;
    return base::WallTime(time->time_since_epoch());
}

template <base::WallTime Evaluation::* member>
void read_moment(const JsonValue& value, const TimeZone&, Draft& draft) {
    if (const auto time = moment_of(value)) draft.evaluation.*member = *time;
}

void read_replaced(const JsonValue& value, const TimeZone&, Draft& draft) {
    if (value.kind != JsonValue::Kind::object) return;
    Replaced replaced;
    text::JsonReader reader(value.text);
    while (const auto member = reader.next()) {
        const auto number = member->value.to_integer().value_or(0);
        if (member->key == "Revision") replaced.revision = static_cast<std::int32_t>(number);
        if (member->key == "Observed") {
            replaced.observed = static_cast<std::size_t>(std::clamp<std::int64_t>(number, 0, 3));
        }
        if (member->key != "Verdict") continue;
        if (const auto verdict = verdict_of(member->value)) replaced.verdict = *verdict;
    }
    draft.evaluation.replaces = replaced;
}

constexpr flight::RecordKey<Draft> kKeys[] = {
    {"UUID",
     [](const JsonValue& value, const TimeZone&, Draft& draft) {
         if (value.kind == JsonValue::Kind::string) draft.id = base::Uuid::parse(value.text);
     }},
    {"Model",
     [](const JsonValue& value, const TimeZone&, Draft& draft) {
         flight::read_string_field(value, draft.model);
     }},
    {"Revision",
     [](const JsonValue& value, const TimeZone&, Draft& draft) {
         flight::read_int_field(value, draft.revision);
     }},
    {"Verdict",
     [](const JsonValue& value, const TimeZone&, Draft& draft) {
         draft.verdict = verdict_of(value);
     }},
    {"FlightDate", flight::read_request_field<&flight::Request::flight_date>},
    {"Carrier", flight::read_request_field<&flight::Request::carrier>},
    {"Origin", flight::read_request_field<&flight::Request::origin>},
    {"Dest", flight::read_request_field<&flight::Request::dest>},
    {"FlightNum", flight::read_request_field<&flight::Request::flight_num>},
    {"CRSDepTime", flight::read_request_field<&flight::Request::crs_dep_time>},
    {"DepDelay",
     [](const JsonValue& value, const TimeZone&, Draft& draft) {
         draft.evaluation.dep_delay = value.to_double();
     }},
    {"RequestedAt",
     [](const JsonValue& value, const TimeZone&, Draft& draft) {
         draft.requested_at = moment_of(value);
     }},
    {"Prediction",
     [](const JsonValue& value, const TimeZone&, Draft& draft) {
         flight::read_double_field(value, draft.predicted);
     }},
    {"Probabilities",
     [](const JsonValue& value, const TimeZone&, Draft& draft) {
         draft.evaluation.probabilities = flight::probabilities_of(value);
     }},
    {"Observed",
     [](const JsonValue& value, const TimeZone&, Draft& draft) {
         flight::read_int_field(value, draft.observed);
     }},
    {"ArrDelay",
     [](const JsonValue& value, const TimeZone&, Draft& draft) {
         if (const auto delay = value.to_double()) {
             draft.evaluation.arr_delay = static_cast<float>(*delay);
         }
     }},
    {"ArrivedAt", read_moment<&Evaluation::arrived_at>},
    {"ReportedAt", read_moment<&Evaluation::reported_at>},
    {"Source",
     [](const JsonValue& value, const TimeZone&, Draft& draft) {
         flight::read_string_field(value, draft.source);
     }},
    {"Replaces", read_replaced},
};

bool is_class_index(double value) {
    return value >= 0 && value < static_cast<double>(flight::kClassCount) &&
           value == std::floor(value);
}

// Why a draft is not an evaluation; empty when it is.
std::string fault_of(const Draft& draft) {
    if (!draft.id) return "has no UUID";
    if (!draft.revision || *draft.revision < 1) return "has no Revision of 1 or more";
    if (!draft.verdict) return "has no known Verdict";
    if (!draft.requested_at) return "has no RequestedAt";
    if (!draft.predicted || !is_class_index(*draft.predicted)) {
        return "has a Prediction that is not 0, 1, 2 or 3";
    }
    if (*draft.verdict == Verdict::judged && !is_class_index(draft.observed.value_or(-1))) {
        return "has an Observed that is not 0, 1, 2 or 3";
    }
    return {};
}

}  // namespace

std::string encode_evaluation(const Evaluation& evaluation) {
    Members members;
    members.raw().reserve(640);
    members.text("UUID", evaluation.id.to_string());
    if (!evaluation.model.empty()) members.text("Model", evaluation.model);
    members.integer("Revision", evaluation.revision);
    members.text("Verdict", verdict_name(evaluation.verdict));
    members.text("FlightDate", evaluation.flight_date);
    members.text("Carrier", evaluation.carrier);
    members.text("Origin", evaluation.origin);
    members.text("Dest", evaluation.dest);
    members.text("FlightNum", evaluation.flight_num);
    if (evaluation.crs_dep_time) members.integer("CRSDepTime", *evaluation.crs_dep_time);
    if (evaluation.dep_delay) members.number("DepDelay", *evaluation.dep_delay);
    members.time("RequestedAt", evaluation.requested_at);
    append_answer(members, evaluation);
    const Verdict verdict = evaluation.verdict;
    if (verdict == Verdict::judged) append_judgement(members, evaluation);
    if (verdict != Verdict::ambiguous && verdict != Verdict::withdrawn) {
        append_report(members, evaluation);
    }
    if (evaluation.replaces) append_replaced(members, *evaluation.replaces);
    return std::move(members).finish();
}

base::Result<Evaluation> decode_evaluation(std::string_view json) {
    Draft draft;
    if (!flight::read_record(json, kKeys, TimeZone(), draft)) {
        return fail(Errc::corrupt, "the evaluation is not a JSON object");
    }
    if (const std::string fault = fault_of(draft); !fault.empty()) {
        return fail(Errc::corrupt, "the evaluation " + fault);
    }
    Evaluation evaluation = std::move(draft.evaluation);
    evaluation.id = *draft.id;
    evaluation.model = std::move(draft.model).value_or("");
    evaluation.revision = *draft.revision;
    evaluation.verdict = *draft.verdict;
    evaluation.flight_date = std::move(draft.request.flight_date);
    evaluation.carrier = std::move(draft.request.carrier);
    evaluation.origin = std::move(draft.request.origin);
    evaluation.dest = std::move(draft.request.dest);
    evaluation.flight_num = std::move(draft.request.flight_num);
    evaluation.crs_dep_time = draft.request.crs_dep_time;
    evaluation.requested_at = *draft.requested_at;
    evaluation.predicted = static_cast<std::size_t>(*draft.predicted);
    evaluation.observed = static_cast<std::size_t>(draft.observed.value_or(0));
    evaluation.source = std::move(draft.source).value_or("");
    return evaluation;
}

bool read_evaluation(std::string_view json, Evaluation& to) {
    if (scan_evaluation(json, to)) return true;
    base::Result<Evaluation> read = decode_evaluation(json);
    if (!read) return false;
    to = *std::move(read);
    return true;
}

}  // namespace flightcast::judging
