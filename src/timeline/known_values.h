// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "features/online/fold.h"
#include "features/online/values.h"
#include "flight/request.h"
#include "replay/flight_list.h"

namespace flightcast::timeline {

// The online features of the flights of some files, each as it was known when the flight left, to
// be added to requests about them.
//
// Thread-safety: any thread may call const members.
class KnownValues {
  public:
    // Plays all flights of the list. REQUIRES: `list` is arranged; `fold` knows nothing, or what
    // was reported before the first of them.
    [[nodiscard]] static base::Result<KnownValues> of(
        const replay::FlightList& list, features::online::Fold fold
    );

    // Adds the features to a request. One about a flight that is not in the list, as one that has
    // not landed, gets what is known after all of them.
    void add_to(flight::Request& request) const;

    // How many flights are known.
    [[nodiscard]] std::size_t size() const { return values_.size(); }

  private:
    explicit KnownValues(features::online::Fold fold) : fold_(std::move(fold)) {}

    features::online::Fold fold_;  // after all flights
    boost::unordered_flat_map<std::string, features::online::Values> values_;
};

}  // namespace flightcast::timeline
