// SPDX-License-Identifier: Apache-2.0
#include "flight/topics/variant.h"

#include <cstdint>
#include <string>

#include "base/hash.h"

namespace flightcast::flight {
namespace {

// Spreads the bits of a hash (the finalizer of splitmix64): all of them are as good as the last.
constexpr std::uint64_t spread(std::uint64_t bits) {
    bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
    return bits ^ (bits >> 31U);
}

}  // namespace

std::optional<std::size_t> arm_of(
    std::string_view experiment, std::span<const double> weights, const base::Uuid& id
) {
    const std::string text = std::string(experiment) + "/" + id.to_string();
    const double place = static_cast<double>(spread(base::fnv1a(text)) >> 11U) * 0x1.0p-53;
    double upto = 0;
    for (std::size_t arm = 0; arm < weights.size(); ++arm) {
        upto += weights[arm];
        if (place < upto) return arm;
    }
    return std::nullopt;
}

}  // namespace flightcast::flight
