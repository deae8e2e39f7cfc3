// SPDX-License-Identifier: Apache-2.0
#include "app/train_report.h"

#include <array>
#include <boost/json.hpp>
#include <cstdarg>
#include <cstdio>

namespace flightcast::app {
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

std::string file_text(const dataset::FileReport& report) {
    std::string text = report.file + ": " + std::to_string(report.kept) + " flights; left out " +
                       std::to_string(report.cancelled) + " cancelled, " +
                       std::to_string(report.diverted) + " diverted, " +
                       std::to_string(report.without_delays) + " without delays, " +
                       std::to_string(report.bad_rows()) + " bad rows\n";
    for (const auto& [cause, rows] : report.bad) {
        text += "  " + cause + ": " + std::to_string(rows) + "\n";
    }
    if (!report.first_bad.empty()) text += "  first: " + report.first_bad + "\n";
    return text;
}

std::string contestant_text(const Contestant& contestant) {
    const evaluate::Metrics& metrics = contestant.metrics;
    return format(
        "%-16s %8.4f %8.4f %8.4f %7.2f %4.2f %4.2f %4.2f %8.4f %11.4f %8.4f\n",
        contestant.name.c_str(),
        metrics.accuracy,
        metrics.log_loss,
        metrics.macro_f1,
        metrics.recall[0],
        metrics.recall[1],
        metrics.recall[2],
        metrics.recall[3],
        metrics.brier,
        metrics.calibration_error,
        metrics.auc_late
    );
}

std::string confusion_text(const evaluate::Metrics& metrics) {
    std::string text = "confusion of the forest: rows what came, columns what was answered\n";
    for (const auto& came : metrics.confusion) {
        for (const std::size_t flights : came) text += format("%9zu", flights);
        text += "\n";
    }
    return text;
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
        {"bad", std::move(bad)},
    };
}

json::object contestant_json(const Contestant& contestant) {
    json::object object{{"name", contestant.name}};
    for (const auto& [name, value] : evaluate::figures_of(contestant.metrics)) object[name] = value;
    json::array confusion;
    for (const auto& came : contestant.metrics.confusion) {
        confusion.push_back(json::array(came.begin(), came.end()));
    }
    object["confusion"] = std::move(confusion);
    return object;
}

}  // namespace

std::string report_text(const TrainOutcome& outcome, const std::filesystem::path& out) {
    const forest::Provenance& made = outcome.bundle.provenance;
    std::string text;
    for (const dataset::FileReport& report : outcome.reports) text += file_text(report);
    text += "learned from " + std::to_string(made.train_rows) + " flights of " +
            made.train_first_day + " to " + made.train_last_day + ", judged on " +
            std::to_string(made.validate_rows) + " of " + made.validate_first_day + " to " +
            made.validate_last_day + "\n\n";
    text +=
        "                 accuracy log loss macro F1  recall of class 0-3    Brier calibration "
        "AUC late\n";
    for (const Contestant& contestant : outcome.contestants) text += contestant_text(contestant);
    text += "\n" + confusion_text(outcome.contestants.front().metrics) + "\n";
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
    const TrainOutcome& outcome, const std::filesystem::path& out, const StepSeconds& seconds
) {
    json::object steps;
    for (const auto& [step, taken] : seconds) steps[step] = taken;
    const forest::Bundle& bundle = outcome.bundle;
    json::array files;
    for (const dataset::FileReport& report : outcome.reports) files.push_back(file_json(report));
    json::array contestants;
    for (const Contestant& contestant : outcome.contestants) {
        contestants.push_back(contestant_json(contestant));
    }
    return json::serialize(
        json::object{
            {"model", bundle.name + "@" + bundle.version},
            {"folder", out.string()},
            {"files", std::move(files)},
            {"train_rows", bundle.provenance.train_rows},
            {"validate_rows", bundle.provenance.validate_rows},
            {"trees", bundle.forest.roots.size()},
            {"nodes", bundle.forest.nodes.size()},
            {"figures", std::move(contestants)},
            {"out_of_bag",
             {
                 {"rows", outcome.out_of_bag.rows},
                 {"accuracy", outcome.out_of_bag.accuracy},
                 {"log_loss", outcome.out_of_bag.log_loss},
             }},
            {"seconds", std::move(steps)},
        }
    );
}

}  // namespace flightcast::app
