// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/uuid.h"

namespace flightcast::flight {

// The header of a request that names the experiment and the model that is to answer it, as
// "<experiment>/<model>", or "<experiment>/champion". It is written when the request is accepted.
inline constexpr std::string_view kVariantHeader = "flightcast-variant";
inline constexpr std::string_view kChampionVariant = "champion";

// The arm of an experiment that answers a request: the place of its weight, or nothing for the
// champion, who has the rest. The same for the same id and experiment, in every process; shares of
// many requests are the weights. REQUIRES: weights are not negative and add up to 1 at most.
[[nodiscard]] std::optional<std::size_t> arm_of(
    std::string_view experiment, std::span<const double> weights, const base::Uuid& id
);

}  // namespace flightcast::flight
