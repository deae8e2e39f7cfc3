// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"

namespace flightcast::loadtest {

// `count` flights as the original's form posts them (application/x-www-form-urlencoded, without
// FlightNum, as its page): real routes and carriers, dates of 2015 and 2016, departure delays
// spread like real ones. All are valid, so that a refusal speaks about the server.
[[nodiscard]] std::vector<std::string> make_flight_forms(std::size_t count, base::Random& random);

// `count` bodies for the JSON API: one flight each, or an array of `batch` of them when that is
// more than 1. The flights are as above.
[[nodiscard]] std::vector<std::string> make_flight_json(
    std::size_t count, std::uint32_t batch, base::Random& random
);

}  // namespace flightcast::loadtest
