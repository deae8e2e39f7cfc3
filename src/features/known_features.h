// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "features/flight_facts.h"

namespace flightcast::features {

// The source of a feature's value.
enum class FeatureSource {
    number,    // the flight itself
    category,  // the index of a text in the category table
    encoding,  // the number that training learned for a text
};

// The text by which a flight is looked up in the table of a feature.
enum class KeyOf { none, carrier, origin, dest, route };

// Computes a number from the facts of a flight; NaN when it is missing.
using Number = float (*)(const FlightFacts&);

// All that the program knows about one feature: whoever adds one adds a row below, and a row that
// lacks a part does not compile.
struct KnownFeature {
    std::string_view name;
    FeatureSource source{};
    KeyOf key{};                     // none exactly for a number
    std::optional<Number> number{};  // of a number
};

namespace number_of {

inline float dep_delay(const FlightFacts& facts) {
    return facts.dep_delay;
}
inline float distance(const FlightFacts& facts) {
    return facts.distance;
}
inline float scheduled_minute(const FlightFacts& facts) {
    return facts.scheduled_minute < 0 ? NAN : static_cast<float>(facts.scheduled_minute);
}
inline float day_of_week(const FlightFacts& facts) {
    return facts.day_of_week == 0 ? NAN : static_cast<float>(facts.day_of_week);
}
// Half months from the middle of January, the shorter way round the year.
inline float season(const FlightFacts& facts) {
    if (facts.month == 0) return NAN;
    constexpr int kHalfMonths = 24;
    const int since = (facts.month - 1) * 2 + (facts.day_of_month > 15 ? 1 : 0);
    return static_cast<float>(std::min(since, kHalfMonths - since));
}

}  // namespace number_of

// A model says by which version its features were computed. It is raised when a feature that exists
// already is computed differently or another is added; a program takes models of its own version
// and of older ones.
inline constexpr std::uint32_t kFeatureSetVersion = 2;

// Every feature that a model may have. "MinutesLost" is the mean of ArrDelay - DepDelay over the
// training flights of that carrier or airport, shrunk towards the mean of all. "Season" is how many
// half months the day is away from the middle of January, 0 to 12: so coarse, and the same in
// spring and autumn, that single days cannot be learned by heart. Version 1 lacks it.
inline constexpr std::array kKnownFeatures = {
    KnownFeature{"DepDelay", FeatureSource::number, KeyOf::none, number_of::dep_delay},
    KnownFeature{"Distance", FeatureSource::number, KeyOf::none, number_of::distance},
    KnownFeature{"CRSDepMinute", FeatureSource::number, KeyOf::none, number_of::scheduled_minute},
    KnownFeature{"DayOfWeek", FeatureSource::number, KeyOf::none, number_of::day_of_week},
    KnownFeature{"Season", FeatureSource::number, KeyOf::none, number_of::season},
    KnownFeature{"Carrier", FeatureSource::category, KeyOf::carrier},
    KnownFeature{"Origin", FeatureSource::category, KeyOf::origin},
    KnownFeature{"Dest", FeatureSource::category, KeyOf::dest},
    KnownFeature{"Route", FeatureSource::category, KeyOf::route},
    KnownFeature{"CarrierMinutesLost", FeatureSource::encoding, KeyOf::carrier},
    KnownFeature{"OriginMinutesLost", FeatureSource::encoding, KeyOf::origin},
    KnownFeature{"DestMinutesLost", FeatureSource::encoding, KeyOf::dest},
};

// A number says how it is computed, everything else by what it is looked up.
[[nodiscard]] constexpr bool is_whole(const KnownFeature& feature) {
    const bool is_number = feature.source == FeatureSource::number;
    return !feature.name.empty() && is_number == feature.number.has_value() &&
           is_number == (feature.key == KeyOf::none);
}
static_assert(std::ranges::all_of(kKnownFeatures, is_whole), "a feature lacks a part");

// The feature called `name`; nothing if it is unknown.
[[nodiscard]] constexpr std::optional<KnownFeature> find_feature(std::string_view name) {
    for (const KnownFeature& known : kKnownFeatures) {
        if (known.name == name) return known;
    }
    return std::nullopt;
}

}  // namespace flightcast::features
