// SPDX-License-Identifier: Apache-2.0
#include "models/model_card.h"

#include <boost/json.hpp>
#include <cstdint>

#include "flight/prediction.h"

namespace flightcast::models {

namespace json = boost::json;

namespace {

// Boost.JSON writes -15.0 as -1.5E1, which is right but hard to read.
std::int64_t whole(double minutes) {
    return static_cast<std::int64_t>(minutes);
}

// A class and the arrival delays that it stands for: from `from` up to, but without, `below`.
json::array classes_json() {
    json::array classes;
    for (std::size_t i = 0; i < flight::kClassCount; ++i) {
        json::object arrival_delay_minutes;
        if (i > 0) arrival_delay_minutes["from"] = whole(flight::kClassBounds.at(i - 1));
        if (i + 1 < flight::kClassCount) {
            arrival_delay_minutes["below"] = whole(flight::kClassBounds.at(i));
        }
        classes.push_back(
            json::object{
                {"class", i},
                {"name", flight::kClassTexts.at(i)},
                {"arrival_delay_minutes", std::move(arrival_delay_minutes)},
            }
        );
    }
    return classes;
}

json::array features_json(const forest::Schema& schema) {
    json::array features;
    for (const forest::Feature& feature : schema.features) {
        const bool is_numeric = feature.kind == forest::FeatureKind::numeric;
        features.push_back(
            json::object{{"name", feature.name}, {"kind", is_numeric ? "numeric" : "categorical"}}
        );
    }
    return features;
}

// The forest's figures beside those of the simpler ways to answer.
json::object metrics_json(const std::vector<forest::Scoreboard>& scoreboards) {
    json::object metrics;
    for (const forest::Scoreboard& scoreboard : scoreboards) {
        json::object figures;
        for (const auto& [name, value] : scoreboard.figures) figures[name] = value;
        metrics[scoreboard.name] = std::move(figures);
    }
    return metrics;
}

json::object days_json(const std::string& first, const std::string& last, std::uint64_t rows) {
    return {{"first_day", first}, {"last_day", last}, {"rows", rows}};
}

}  // namespace

std::string model_card(const forest::Bundle& bundle) {
    const forest::Provenance& from = bundle.provenance;
    json::object card = {
        {"id", bundle.name + "@" + bundle.version},
        {"name", bundle.name},
        {"version", bundle.version},
        {"classes", classes_json()},
        {"features", features_json(bundle.schema)},
        {"trained_on", days_json(from.train_first_day, from.train_last_day, from.train_rows)},
        {"validated_on",
         days_json(from.validate_first_day, from.validate_last_day, from.validate_rows)},
        {"metrics", metrics_json(bundle.scoreboards)},
    };
    if (const auto& judged = from.judged) {
        card["metrics_are_of_a_model_trained_on"] =
            days_json(judged->train_first_day, judged->train_last_day, judged->train_rows);
    }
    return json::serialize(card);
}

}  // namespace flightcast::models
