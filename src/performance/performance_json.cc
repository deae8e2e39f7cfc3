// SPDX-License-Identifier: Apache-2.0
#include "performance/performance_json.h"

#include <boost/json.hpp>

#include "flight/calendar/timestamp.h"
#include "text/number_text.h"

namespace flightcast::performance {

namespace json = boost::json;
using figures::Figures;
using figures::SmallTally;
using judging::Verdict;

namespace {

std::string utc(base::WallTime time) {
    std::string text;
    flight::append_utc(text, time);
    return text;
}

std::int64_t count_of(const ModelSums& sums, Verdict verdict) {
    return sums.verdicts[static_cast<std::size_t>(verdict)];
}

template <typename Array>
json::array array_of(const Array& values) {
    json::array array;
    for (const auto& value : values) array.emplace_back(value);
    return array;
}

json::array reliability_of(const Figures& figures) {
    json::array classes;
    for (const figures::Reliability& of_class : figures.reliability) {
        json::array bins;
        for (const figures::ReliabilityBin& bin : of_class) {
            // A bin of a few flights would tell about single ones.
            if (bin.rows < base::limits::kFewFlights) continue;
            bins.push_back(
                json::object{
                    {"flights", bin.rows}, {"probability", bin.probability}, {"observed", bin.came}
                }
            );
        }
        classes.push_back(std::move(bins));
    }
    return classes;
}

json::object figures_json(const Figures& figures) {
    json::object object{{"accuracy", figures.accuracy}};
    const bool has_probabilities = figures.rows_with_probabilities > 0;
    const auto add = [&](const char* name, double value) {
        object[name] = has_probabilities ? json::value(value) : json::value(nullptr);
    };
    add("log_loss", figures.log_loss);
    object["macro_f1"] = figures.macro_f1;
    add("brier", figures.brier);
    add("calibration_error", figures.calibration_error);
    object["recall"] = array_of(figures.recall);
    object["precision"] = array_of(figures.precision);
    json::array confusion;
    for (const auto& row : figures.confusion) confusion.push_back(array_of(row));
    object["confusion"] = std::move(confusion);
    object["reliability"] = reliability_of(figures);
    add("log_loss_error", figures.log_loss_error);
    return object;
}

json::object baseline_json(const Baseline& baseline) {
    return {{"accuracy", baseline.accuracy}, {"log_loss", baseline.log_loss}};
}

json::object baselines_json(const ClassCounts& classes) {
    return {
        {"class_shares", baseline_json(classes.class_shares())},
        {"departure_delay", baseline_json(classes.departure_delay())}
    };
}

json::object small_json(const SmallTally& tally) {
    const double rows = static_cast<double>(tally.rows);
    json::object object{{"accuracy", static_cast<double>(tally.right) / rows}};
    object["log_loss"] =
        tally.with_probabilities == 0
            ? json::value(nullptr)
            : json::value(tally.loss.value() / static_cast<double>(tally.with_probabilities));
    return object;
}

json::object group_json(std::string_view name, std::int64_t flights) {
    const bool is_enough = flights >= static_cast<std::int64_t>(base::limits::kFewFlights);
    return {{"name", name}, {"flights", flights}, {"enough", is_enough}};
}

json::object json_of(const GroupFigures& group) {
    const std::int64_t flights =
        group.model ? static_cast<std::int64_t>(group.model->tally.rows()) : group.small.rows;
    json::object object = group_json(group.name, flights);
    if (!object["enough"].as_bool()) return object;
    object["figures"] =
        group.model ? figures_json(group.model->tally.figures()) : small_json(group.small);
    if (group.model) object["baselines"] = baselines_json(group.model->classes);
    return object;
}

// The classes as groups: the flights that ended in each.
json::array classes_json(const Figures& figures) {
    json::array groups;
    for (std::size_t c = 0; c < flight::kClassCount; ++c) {
        std::int64_t flights = 0;
        for (const std::size_t count : figures.confusion[c]) {
            flights += static_cast<std::int64_t>(count);
        }
        json::object object = group_json(flight::kClassTexts[c], flights);
        if (object["enough"].as_bool()) {
            object["figures"] =
                json::object{{"recall", figures.recall[c]}, {"precision", figures.precision[c]}};
        }
        groups.push_back(std::move(object));
    }
    return groups;
}

json::array delays_json(const ModelSums& sums) {
    json::array delays;
    for (std::size_t i = 0; i < sums.delays.size(); ++i) {
        json::object bucket;
        bucket["minutes"] =
            i < kDelayBounds.size() ? json::value(kDelayBounds[i]) : json::value(nullptr);
        bucket["flights"] = sums.delays[i];
        delays.push_back(std::move(bucket));
    }
    return delays;
}

}  // namespace

std::string performance_json(const Report& report, const std::optional<Unjudged>& unjudged) {
    const Figures figures = report.total.tally.figures();
    const bool is_enough = figures.rows >= base::limits::kFewFlights;
    json::object object{
        {"window", kWindowNames[static_cast<std::size_t>(report.window)]},
        {"by", kSplitNames[static_cast<std::size_t>(report.split)]},
        {"from", utc(report.from)},
        {"to", utc(report.to)},
        {"judged", count_of(report.total, Verdict::judged)},
        {"cancelled", count_of(report.total, Verdict::cancelled)},
        {"diverted", count_of(report.total, Verdict::diverted)},
        {"ambiguous", count_of(report.total, Verdict::ambiguous)},
        {"waiting", unjudged ? json::value(unjudged->waiting) : json::value(nullptr)},
        {"unmatched", unjudged ? json::value(unjudged->unmatched) : json::value(nullptr)},
        {"enough", is_enough}
    };
    if (is_enough) {
        object["figures"] = figures_json(figures);
        object["baselines"] = baselines_json(report.total.classes);
        object["label_delay"] = delays_json(report.total);
    }
    json::array groups;
    for (const GroupFigures& group : report.groups) groups.push_back(json_of(group));
    if (report.split == Split::klass) groups = classes_json(figures);
    object["groups"] = std::move(groups);
    return json::serialize(object) + "\n";
}

}  // namespace flightcast::performance
