// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "base/limits.h"
#include "features/flight_facts.h"
#include "features/known_features.h"

namespace flightcast::features {

// The text by which a flight is looked up in the table of a feature: a carrier, an airport, or
// "ATL-SFO". Lives on the stack, because one is made for every flight that is scored.
class FeatureKey {
  public:
    // REQUIRES: `key` is not none. The facts' texts are borrowed as long as this lives.
    FeatureKey(KeyOf key, const FlightFacts& facts);

    FeatureKey(const FeatureKey&) = delete;
    FeatureKey& operator=(const FeatureKey&) = delete;

    // Empty when one of its parts is missing.
    [[nodiscard]] std::string_view text() const { return text_; }

  private:
    void set_route(std::string_view origin, std::string_view dest);

    std::array<char, 2 * base::limits::kFieldBytesMax + 1> buffer_;
    std::string_view text_;
};

}  // namespace flightcast::features
