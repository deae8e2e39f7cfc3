// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace flightcast::features {

enum class FeatureId {
    dep_delay,
    distance,
    scheduled_minute,
    day_of_week,
    carrier,
    origin,
    dest,
    route,
    carrier_minutes_lost,
    origin_minutes_lost,
    dest_minutes_lost,
};

// Where the value of a feature comes from.
enum class FeatureSource {
    number,    // the flight itself
    category,  // the index of a text in the category table
    encoding,  // the number that training learned for a text
};

struct KnownFeature {
    FeatureId id{};
    FeatureSource source{};
    std::string_view name;
};

// Every feature that a model may have. "MinutesLost" is the mean of ArrDelay - DepDelay over the
// training flights of that carrier or airport, shrunk towards the mean of all.
inline constexpr std::array<KnownFeature, 11> kKnownFeatures = {{
    {FeatureId::dep_delay, FeatureSource::number, "DepDelay"},
    {FeatureId::distance, FeatureSource::number, "Distance"},
    {FeatureId::scheduled_minute, FeatureSource::number, "CRSDepMinute"},
    {FeatureId::day_of_week, FeatureSource::number, "DayOfWeek"},
    {FeatureId::carrier, FeatureSource::category, "Carrier"},
    {FeatureId::origin, FeatureSource::category, "Origin"},
    {FeatureId::dest, FeatureSource::category, "Dest"},
    {FeatureId::route, FeatureSource::category, "Route"},
    {FeatureId::carrier_minutes_lost, FeatureSource::encoding, "CarrierMinutesLost"},
    {FeatureId::origin_minutes_lost, FeatureSource::encoding, "OriginMinutesLost"},
    {FeatureId::dest_minutes_lost, FeatureSource::encoding, "DestMinutesLost"},
}};

// The feature called `name`; nothing when there is none.
[[nodiscard]] constexpr std::optional<KnownFeature> find_feature(std::string_view name) {
    for (const KnownFeature& known : kKnownFeatures) {
        if (known.name == name) return known;
    }
    return std::nullopt;
}

}  // namespace flightcast::features
