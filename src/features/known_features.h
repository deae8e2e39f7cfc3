// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace flightcast::features {

enum class FeatureId {
    dep_delay,
    distance,
    scheduled_minute,
    day_of_week,
    season,
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

// A model says by which version its features were computed. It is raised when a feature that exists
// already is computed differently or another is added; a program takes models of its own version
// and of older ones.
inline constexpr std::uint32_t kFeatureSetVersion = 2;

// Every feature that a model may have. "MinutesLost" is the mean of ArrDelay - DepDelay over the
// training flights of that carrier or airport, shrunk towards the mean of all. "Season" is how many
// half months the day is away from the middle of January, 0 to 12: so coarse, and the same in
// spring and autumn, that single days cannot be learned by heart. Version 1 lacks it.
inline constexpr std::array<KnownFeature, 12> kKnownFeatures = {{
    {FeatureId::dep_delay, FeatureSource::number, "DepDelay"},
    {FeatureId::distance, FeatureSource::number, "Distance"},
    {FeatureId::scheduled_minute, FeatureSource::number, "CRSDepMinute"},
    {FeatureId::day_of_week, FeatureSource::number, "DayOfWeek"},
    {FeatureId::season, FeatureSource::number, "Season"},
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
