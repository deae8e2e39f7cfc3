// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "forest/schema.h"

namespace flightcast::forest {

// How the values of one feature are spread over the flights that a model learned from. Bins of a
// numeric feature are [-inf, edges[0]), [edges[0], edges[1]) ... [edges.back(), inf); those of a
// categorical one are its `categories`, by their places in the schema, and one for all others. The
// last bin is that of missing values.
struct Distribution {
    static constexpr std::size_t kEdgesMax = 31;
    static constexpr std::size_t kCategoriesMax = 31;

    std::string feature;
    std::vector<float> edges{};               // rising; of a numeric feature
    std::vector<std::uint32_t> categories{};  // distinct; of a categorical one
    std::vector<std::uint64_t> counts{};      // flights in each bin

    bool operator==(const Distribution&) const = default;
};

// The same of all features, and of the answers on the flights that the model was judged on.
struct Distributions {
    std::vector<Distribution> features;
    std::array<std::uint64_t, kClassCount> answers{};  // flights by the predicted class

    bool operator==(const Distributions&) const = default;
};

}  // namespace flightcast::forest
