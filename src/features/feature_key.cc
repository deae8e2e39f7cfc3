// SPDX-License-Identifier: Apache-2.0
#include "features/feature_key.h"

#include <algorithm>

#include "base/check.h"

namespace flightcast::features {

FeatureKey::FeatureKey(KeyOf key, const FlightFacts& facts) {
    switch (key) {
        case KeyOf::carrier:
            text_ = facts.carrier;
            return;
        case KeyOf::origin:
            text_ = facts.origin;
            return;
        case KeyOf::dest:
            text_ = facts.dest;
            return;
        case KeyOf::route:
            set_route(facts.origin, facts.dest);
            return;
        case KeyOf::none:
            break;
    }
    base::check_failed("the feature is looked up in a table", __FILE__, __LINE__);
}

void FeatureKey::set_route(std::string_view origin, std::string_view dest) {
    if (origin.empty() || dest.empty()) return;
    if (origin.size() > base::limits::kFieldBytesMax) return;
    if (dest.size() > base::limits::kFieldBytesMax) return;
    char* end = std::ranges::copy(origin, buffer_.data()).out;
    *end++ = '-';
    end = std::ranges::copy(dest, end).out;
    text_ = {buffer_.data(), static_cast<std::size_t>(end - buffer_.data())};
}

}  // namespace flightcast::features
