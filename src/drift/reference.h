// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "features/encoder.h"
#include "forest/bundle.h"
#include "forest/distributions.h"

namespace flightcast::drift {

// The model that requests are held against: its features, and how they were spread over the flights
// that it learned from.
struct Reference {
    std::string model;                // "<name>@<version>"
    features::Encoder encoder;        // of its features
    std::vector<std::size_t> places;  // of distributions.features: their places in a feature row

    // Without features for a bundle that does not tell them: one of an earlier version, or Spark's.
    forest::Distributions distributions;
};

// That of a bundle.
[[nodiscard]] std::shared_ptr<const Reference> reference_of(const forest::Bundle& bundle);

}  // namespace flightcast::drift
