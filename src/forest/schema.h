// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/limits.h"

namespace flightcast::forest {

// The classes of every model: the arrival delay in minutes, cut at -15, 0 and 30.
inline constexpr std::size_t kClassCount = 4;

enum class FeatureKind { numeric, categorical };

// One value of a feature row. A numeric feature is its value; a categorical one is the index of its
// category in `categories`. A missing value, and a category that is not in the table, is NaN.
struct Feature {
    std::string name;  // one of the names that features/encoder.h knows
    FeatureKind kind = FeatureKind::numeric;
    std::vector<std::string> categories;  // of a categorical feature; distinct, at least one

    bool operator==(const Feature&) const = default;
};

// A number learned for each carrier or airport, which stands in for it as a numeric feature. The
// values are multiples of 1/64, so that text and binary forms are exact.
struct Encoding {
    std::string feature;            // the numeric feature that it gives
    std::vector<std::string> keys;  // distinct
    std::vector<float> values;      // one per key
    float unknown = 0;              // of a value that is not among the keys

    bool operator==(const Encoding&) const = default;
};

// A model's input: its features in the order of a feature row, and the tables to compute them.
struct Schema {
    std::vector<Feature> features;  // 1 .. limits::kModelFeaturesMax
    std::vector<Encoding> encodings;

    bool operator==(const Schema&) const = default;
};

}  // namespace flightcast::forest
