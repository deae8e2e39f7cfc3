// SPDX-License-Identifier: Apache-2.0
#include "app/train/train_options.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "features/known_features.h"

namespace flightcast::app::train {
namespace {

void append_day(std::string& line, const char* flag, const std::optional<dataset::Day>& day) {
    if (day) line += std::string(" ") + flag + " " + dataset::to_string(*day);
}

void append_number(std::string& line, const char* flag, std::size_t number) {
    line += std::string(" ") + flag + " " + std::to_string(number);
}

std::string days_text(double days) {
    std::array<char, 32> buffer{};
    return {buffer.data(), std::to_chars(buffer.begin(), buffer.end(), days).ptr};
}

}  // namespace

std::vector<std::string> static_features() {
    return {"DepDelay", "Distance", "Carrier", "OriginMinutesLost", "DestMinutesLost"};
}

std::vector<std::string> online_features() {
    return {
        "DepDelay",
        "Distance",
        "Carrier",
        "CRSDepMinute",
        "ExpectedMinutesLost",
        "ExpectedMinutesLostError",
        "ElapsedOverSchedule",
        "CarrierOriginDepDelay2h",
        "OriginDepDelay1h",
        "DestDepDelay2h",
        "FlightMinutesLostSquared21d",
        "RouteMinutesLostSquared14d",
        "FlightMinutesLost21d",
        "DestMinutesLost2h",
        "OriginMinutesLost1h",
        "RegionMinutesLost2h",
        "ExpectedArrDelay",
        "DepDelayAndElapsed",
        "DepDelayAndFlight",
        "DepDelayAndRoute",
    };
}

bool are_online(std::span<const std::string> features) {
    return std::ranges::any_of(features, [](const std::string& name) {
        const auto known = features::find_feature(name);
        return known && known->is_online;
    });
}

std::string command_line(const TrainOptions& options) {
    std::string line = "flightcast train";
    if (!options.data.empty()) line += " --data";
    for (const std::filesystem::path& file : options.data) line += " " + file.filename().string();
    if (options.log) {
        line += " --from-log";
        append_day(line, "--from", options.log->period.from);
        append_day(line, "--to", options.log->period.to);
    }
    if (!options.history.empty()) line += " --history";
    for (const std::filesystem::path& file : options.history) {
        line += " " + file.filename().string();
    }
    if (!options.columns.empty()) line += " --columns '" + options.columns + "'";
    line += " --name " + options.name;
    append_day(line, "--train-until", options.days.train_until);
    append_day(line, "--validate-from", options.days.validate_from);
    append_day(line, "--validate-until", options.days.validate_until);
    line += " --features ";
    for (const std::string& feature : options.schema.features) {
        line += (line.back() == ' ' ? "" : ",") + feature;
    }
    append_number(line, "--category-rows-min", options.schema.category_rows_min);
    append_number(line, "--shrink", static_cast<std::size_t>(options.schema.shrink_rows));
    append_number(line, "--trees", options.forest.trees);
    append_number(line, "--depth", options.forest.tree.depth_max);
    append_number(line, "--min-leaf", options.forest.tree.leaf_rows_min);
    append_number(line, "--features-per-split", options.forest.tree.features_per_split);
    append_number(line, "--bins", options.bins_max);
    if (options.half_life_days > 0) line += " --half-life " + days_text(options.half_life_days);
    append_number(line, "--seed", options.forest.seed);
    if (options.refit) line += " --refit";
    return line;
}

}  // namespace flightcast::app::train
