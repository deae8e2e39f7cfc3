// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "features/online/table.h"

namespace flightcast::features::online {

// The additive model: minutes lost by a flight = the sum of small effects that go back to 0 with
// time, each times its share x, plus noise. A Kalman filter in which every effect knows its own
// variance alone: the surprise (minutes lost less what was expected, clipped) is shared out by how
// much of its variance each effect owns. Half-lives and standard deviations are in tables.h.
inline constexpr double kNoiseVariance = 130;  // minutes squared
inline constexpr double kSurpriseMax = 26.25;  // minutes

// The effects of one flight: places without a key are null.
inline constexpr std::size_t kEffectCount = 16;

template <typename EffectType>
struct EffectsOf {
    struct Part {
        EffectType* effect = nullptr;
        double x = 1;
    };
    std::array<Part, kEffectCount> parts{};

    [[nodiscard]] double expected() const {
        double sum = 0;
        for (const Part& part : parts) {
            if (part.effect != nullptr) sum += part.x * part.effect->minutes;
        }
        return sum;
    }

    // Of the expectation, without the noise.
    [[nodiscard]] double variance() const {
        double sum = 0;
        for (const Part& part : parts) {
            if (part.effect != nullptr) sum += part.x * part.x * part.effect->variance;
        }
        return sum;
    }
};

[[nodiscard]] inline double clipped_surprise(double minutes_lost, double expected) {
    return std::clamp(minutes_lost - expected, -kSurpriseMax, kSurpriseMax);
}

// By how much a surprise of one minute moves each effect.
using Gains = std::array<float, kEffectCount>;

// Learns from one landing; the gains it used, for corrections.
inline Gains learn_surprise(EffectsOf<Effect>& effects, double surprise) {
    const double variance = kNoiseVariance + effects.variance();
    Gains gains{};
    for (std::size_t i = 0; i < kEffectCount; ++i) {
        auto& [effect, x] = effects.parts[i];
        if (effect == nullptr) continue;
        const double gain = effect->variance * x / variance;
        effect->minutes += gain * surprise;
        effect->variance *= 1 - gain * x;
        gains[i] = static_cast<float>(gain);
    }
    return gains;
}

}  // namespace flightcast::features::online
