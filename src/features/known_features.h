// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "features/flight_facts.h"
#include "features/online/values.h"

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
    bool is_online = false;          // a number that follows from the arrivals so far
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

// What the arrivals so far say, and the same beside the departure delay: a split looks at one
// feature and cannot add two.
template <online::Value kValue>
inline float online_value(const FlightFacts& facts) {
    constexpr auto kPlace = static_cast<std::size_t>(kValue);
    return kPlace < facts.online.size() ? facts.online[kPlace] : NAN;
}
template <online::Value kValue>
inline float dep_delay_and(const FlightFacts& facts) {
    return facts.dep_delay + online_value<kValue>(facts);
}

}  // namespace number_of

// A model says by which version its features were computed. It is raised when a feature that exists
// already is computed differently or another is added; a program takes models of its own version
// and of older ones.
inline constexpr std::uint32_t kFeatureSetVersion = 3;

// The version that a model without online features needs.
inline constexpr std::uint32_t kStaticFeatureSetVersion = 2;

template <online::Value kValue>
constexpr KnownFeature online_feature() {
    const std::string_view name = online::kValueNames[static_cast<std::size_t>(kValue)];
    return {name, FeatureSource::number, KeyOf::none, number_of::online_value<kValue>, true};
}
template <online::Value kValue>
constexpr KnownFeature sum_feature(std::string_view name) {
    return {name, FeatureSource::number, KeyOf::none, number_of::dep_delay_and<kValue>, true};
}

// Every feature that a model may have. "MinutesLost" is the mean of ArrDelay - DepDelay over the
// training flights of that carrier or airport, shrunk towards the mean of all. "Season" is how many
// half months the day is away from the middle of January, 0 to 12: so coarse, and the same in
// spring and autumn, that single days cannot be learned by heart. Version 1 lacks it. The others
// are those of online/values.h, and sums of the departure delay and one of them: "ExpectedArrDelay"
// is that with ExpectedMinutesLost. Version 2 lacks these.
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
    online_feature<online::Value::expected_minutes_lost>(),
    online_feature<online::Value::expected_minutes_lost_error>(),
    online_feature<online::Value::elapsed_over_schedule>(),
    online_feature<online::Value::carrier_origin_dep_delay_2h>(),
    online_feature<online::Value::origin_dep_delay_1h>(),
    online_feature<online::Value::dest_dep_delay_2h>(),
    online_feature<online::Value::flight_minutes_lost_squared_21d>(),
    online_feature<online::Value::route_minutes_lost_squared_14d>(),
    online_feature<online::Value::flight_minutes_lost_21d>(),
    online_feature<online::Value::dest_minutes_lost_2h>(),
    online_feature<online::Value::origin_minutes_lost_1h>(),
    online_feature<online::Value::region_minutes_lost_2h>(),
    online_feature<online::Value::route_minutes_lost_8h>(),
    online_feature<online::Value::route_minutes_lost_14d>(),
    online_feature<online::Value::carrier_route_minutes_lost_14d>(),
    online_feature<online::Value::dest_minutes_lost_7d>(),
    online_feature<online::Value::carrier_minutes_lost_4h>(),
    online_feature<online::Value::system_minutes_lost_4h>(),
    online_feature<online::Value::system_landings_4h>(),
    sum_feature<online::Value::expected_minutes_lost>("ExpectedArrDelay"),
    sum_feature<online::Value::elapsed_over_schedule>("DepDelayAndElapsed"),
    sum_feature<online::Value::flight_minutes_lost_21d>("DepDelayAndFlight"),
    sum_feature<online::Value::route_minutes_lost_8h>("DepDelayAndRoute"),
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
