// SPDX-License-Identifier: Apache-2.0
#include "arrival/source_ranks.h"

#include <algorithm>

#include "arrival/arrival.h"

namespace flightcast::arrival {

std::int16_t SourceRanks::rank_of(std::string_view source) const {
    const auto place = std::ranges::find(best_first_, source) - best_first_.begin();
    const bool is_listed = place != std::ssize(best_first_);
    const bool is_client = !is_listed && source == kClientSource;
    return static_cast<std::int16_t>(place + (is_client ? 1 : 0));
}

}  // namespace flightcast::arrival
