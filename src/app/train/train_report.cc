// SPDX-License-Identifier: Apache-2.0
#include "app/train/train_report.h"

#include <array>
#include <boost/json.hpp>
#include <cstdarg>
#include <cstdio>

#include "evaluate/json_report.h"
#include "evaluate/text_report.h"

namespace flightcast::app::train {
namespace {

namespace json = boost::json;

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...) {
    std::array<char, 256> line{};
    std::va_list values;
    va_start(values, pattern);
    std::vsnprintf(line.data(), line.size(), pattern, values);
    va_end(values);
    return line.data();
}

json::object file_json(const dataset::FileReport& report) {
    json::object bad;
    for (const auto& [cause, rows] : report.bad) bad[cause] = rows;
    return {
        {"file", report.file},
        {"kept", report.kept},
        {"cancelled", report.cancelled},
        {"diverted", report.diverted},
        {"without_delays", report.without_delays},
        {"airport_numbers", report.airport_numbers},
        {"bad", std::move(bad)},
    };
}

std::string learned_text(std::uint64_t rows, const std::string& first, const std::string& last) {
    return "learned from " + std::to_string(rows) + " flights of " + first + " to " + last;
}

// The rows learned from and judged on, a line or two.
std::string days_text(const forest::Provenance& made) {
    const auto& judged = made.judged;
    std::string text =
        judged ? learned_text(judged->train_rows, judged->train_first_day, judged->train_last_day)
               : learned_text(made.train_rows, made.train_first_day, made.train_last_day);
    text += ", judged on " + std::to_string(made.validate_rows) + " of " + made.validate_first_day +
            " to " + made.validate_last_day + "\n";
    if (!judged) return text;
    return text + "then " +
           learned_text(made.train_rows, made.train_first_day, made.train_last_day) +
           " (--refit): that model is written; the figures are those of the first, because no "
           "later "
           "flights are left to judge it on\n";
}

json::object judged_json(const forest::JudgedModel& judged) {
    return {
        {"train_first_day", judged.train_first_day},
        {"train_last_day", judged.train_last_day},
        {"train_rows", judged.train_rows},
    };
}

}  // namespace

std::string file_text(const dataset::FileReport& report) {
    std::string text = report.file + ": " + std::to_string(report.kept) + " flights; left out " +
                       std::to_string(report.cancelled) + " cancelled, " +
                       std::to_string(report.diverted) + " diverted, " +
                       std::to_string(report.without_delays) + " without delays, " +
                       std::to_string(report.bad_rows()) + " bad rows\n";
    if (report.airport_numbers > 0) {
        text += "  and " + std::to_string(report.airport_numbers) +
                " whose airports are numbers ('14747'), not codes ('SEA')\n";
    }
    for (const std::string& note : report.notes) text += "  " + note + "\n";
    for (const auto& [cause, rows] : report.bad) {
        text += "  " + cause + ": " + std::to_string(rows) + "\n";
    }
    if (!report.first_bad.empty()) text += "  first: " + report.first_bad + "\n";
    return text;
}

std::string report_text(const TrainOutcome& outcome, const std::filesystem::path& out) {
    const forest::Provenance& made = outcome.bundle.provenance;
    std::string text;
    for (const dataset::FileReport& report : outcome.reports) text += file_text(report);
    for (const std::string& note : outcome.notes) text += "note: " + note + "\n";
    text += days_text(made) + "\n";
    text += flightcast::evaluate::text_report(outcome.judgement) + "\n";
    const forest::Forest& forest = outcome.bundle.forest;
    text += format("%zu trees, %zu nodes\n", forest.roots.size(), forest.nodes.size());
    text += format(
        "out of bag, on %zu flights learned from: accuracy %.4f, log loss %.4f (flatters: flights "
        "of one day resemble each other)\n",
        outcome.out_of_bag.rows,
        outcome.out_of_bag.accuracy,
        outcome.out_of_bag.log_loss
    );
    return text + "wrote " + outcome.bundle.name + "@" + outcome.bundle.version + " to " +
           out.string() + "\n";
}

std::string report_json(
    const TrainOutcome& outcome,
    const std::filesystem::path& out,
    const std::vector<StepTime>& steps
) {
    json::object seconds;
    json::object cpu_seconds;
    for (const StepTime& step : steps) {
        seconds[step.step] = step.seconds;
        cpu_seconds[step.step] = step.cpu_seconds;
    }
    const forest::Bundle& bundle = outcome.bundle;
    json::array files;
    for (const dataset::FileReport& report : outcome.reports) files.push_back(file_json(report));
    json::object report = {
        {"model", bundle.name + "@" + bundle.version},
        {"folder", out.string()},
        {"files", std::move(files)},
        {"train_rows", bundle.provenance.train_rows},
        {"validate_rows", bundle.provenance.validate_rows},
        {"trees", bundle.forest.roots.size()},
        {"nodes", bundle.forest.nodes.size()},
        {"judgement", flightcast::evaluate::json_report(outcome.judgement)},
        {"out_of_bag",
         {
             {"rows", outcome.out_of_bag.rows},
             {"accuracy", outcome.out_of_bag.accuracy},
             {"log_loss", outcome.out_of_bag.log_loss},
         }},
        {"seconds", std::move(seconds)},
        {"cpu_seconds", std::move(cpu_seconds)},
    };
    if (const auto& judged = bundle.provenance.judged)
        report["judged_model"] = judged_json(*judged);
    return json::serialize(report);
}

}  // namespace flightcast::app::train
