// SPDX-License-Identifier: Apache-2.0
#include "judging/evaluation_scan.h"

#include <algorithm>
#include <array>

#include "flight/calendar/timestamp.h"
#include "text/plain_scan.h"

namespace flightcast::judging {

using text::PlainScan;

namespace {

bool scan_text(PlainScan& scan, std::string_view name, std::optional<std::string>& to) {
    if (!scan.name(name)) {
        to.reset();
        return true;
    }
    const auto text = scan.string();
    if (!text) return false;
    if (!to) to.emplace();
    to->assign(*text);
    return true;
}

bool scan_text(PlainScan& scan, std::string_view name, std::string& to) {
    to.clear();
    if (!scan.name(name)) return true;
    const auto text = scan.string();
    if (text) to.assign(*text);
    return text.has_value();
}

bool scan_time(PlainScan& scan, std::string_view name, base::WallTime& to) {
    if (!scan.name(name)) return false;
    const auto text = scan.string();
    const auto time = text ? flight::read_utc(*text) : std::nullopt;
    if (time) to = *time;
    return time.has_value();
}

bool scan_verdict(PlainScan& scan, Verdict& to) {
    if (!scan.name("Verdict")) return false;
    const auto text = scan.string();
    const auto* const found =
        text ? std::ranges::find(kVerdictNames, *text) : std::end(kVerdictNames);
    if (found == std::end(kVerdictNames)) return false;
    to = static_cast<Verdict>(found - std::begin(kVerdictNames));
    return true;
}

bool scan_class(PlainScan& scan, std::size_t& to) {
    const auto number = scan.integer();
    if (!number || *number < 0 || *number >= static_cast<std::int32_t>(flight::kClassCount)) {
        return false;
    }
    to = static_cast<std::size_t>(*number);
    return true;
}

// "2.0"
bool scan_predicted(PlainScan& scan, std::size_t& to) {
    constexpr std::array<std::string_view, flight::kClassCount> kTexts = {
        "0.0", "1.0", "2.0", "3.0"
    };
    for (to = 0; to < kTexts.size(); ++to) {
        if (scan.take(kTexts[to])) return true;
    }
    return false;
}

bool scan_head(PlainScan& scan, Evaluation& to) {
    if (!scan.name("UUID")) return false;
    const auto text = scan.string();
    const auto id = text ? base::Uuid::parse(*text) : std::nullopt;
    if (!id || !scan_text(scan, "Model", to.model) || !scan.name("Revision")) return false;
    to.id = *id;
    const auto revision = scan.integer();
    to.revision = revision.value_or(0);
    return to.revision > 0 && scan_verdict(scan, to.verdict);
}

bool scan_flight(PlainScan& scan, Evaluation& to) {
    const bool has_texts =
        scan_text(scan, "FlightDate", to.flight_date) && scan_text(scan, "Carrier", to.carrier) &&
        scan_text(scan, "Origin", to.origin) && scan_text(scan, "Dest", to.dest) &&
        scan_text(scan, "FlightNum", to.flight_num);
    if (!has_texts) return false;
    to.crs_dep_time.reset();
    if (scan.name("CRSDepTime")) {
        to.crs_dep_time = scan.integer();
        if (!to.crs_dep_time) return false;
    }
    to.dep_delay.reset();
    return !scan.name("DepDelay") || (to.dep_delay = scan.number());
}

bool scan_answer(PlainScan& scan, Evaluation& to) {
    if (!scan.name("Prediction") || !scan_predicted(scan, to.predicted)) return false;
    to.probabilities.reset();
    if (!scan.name("Probabilities")) return true;
    flight::Probabilities& given = to.probabilities.emplace();
    for (std::size_t c = 0; c < given.size(); ++c) {
        if (!scan.take(c == 0 ? "[" : ",")) return false;
        const auto probability = scan.number();
        if (!probability) return false;
        given[c] = *probability;
    }
    return scan.take("]");
}

bool scan_judgement(PlainScan& scan, Evaluation& to) {
    if (!scan.name("Observed") || !scan_class(scan, to.observed) || !scan.name("ArrDelay")) {
        return false;
    }
    const auto delay = scan.number();
    if (!delay) return false;
    to.arr_delay = static_cast<float>(*delay);
    if (!to.probabilities) return true;
    return std::ranges::all_of(
        std::array{"Probability", "LogLoss", "Brier"},
        [&scan](const char* name) { return scan.name(name) && scan.skip_number(); }
    );
}

bool scan_report(PlainScan& scan, Evaluation& to) {
    return scan_time(scan, "ArrivedAt", to.arrived_at) &&
           scan_time(scan, "ReportedAt", to.reported_at) && scan.name("LabelDelay") &&
           scan.skip_number() && scan_text(scan, "Source", to.source);
}

bool scan_replaced(PlainScan& scan, Evaluation& to) {
    to.replaces.reset();
    if (!scan.name("Replaces")) return true;
    Replaced& replaced = to.replaces.emplace();
    if (!scan.open() || !scan.name("Revision")) return false;
    const auto revision = scan.integer();
    if (!revision || !scan_verdict(scan, replaced.verdict)) return false;
    replaced.revision = *revision;
    if (scan.name("Observed") && !scan_class(scan, replaced.observed)) return false;
    return scan.close();
}

}  // namespace

bool scan_evaluation(std::string_view json, Evaluation& to) {
    PlainScan scan(json);
    if (!scan_head(scan, to) || !scan_flight(scan, to)) return false;
    if (!scan_time(scan, "RequestedAt", to.requested_at) || !scan_answer(scan, to)) return false;
    to.observed = 0;
    to.arr_delay = 0;
    to.arrived_at = {};
    to.reported_at = {};
    to.source.clear();
    if (to.verdict == Verdict::judged && !scan_judgement(scan, to)) return false;
    const bool has_report = to.verdict != Verdict::ambiguous && to.verdict != Verdict::withdrawn;
    if (has_report && !scan_report(scan, to)) return false;
    return scan_replaced(scan, to) && scan.finish();
}

}  // namespace flightcast::judging
