// SPDX-License-Identifier: Apache-2.0
//
// 32 random bits give one number. Its first ten bits nearly always tell already between which two
// steps of the distribution it lies, so that a table answers without a branch.
#include "train/bootstrap.h"

#include <array>

namespace flightcast::train {
namespace {

// steps[k] is the chance of at most k, times 2^32; 15 is the most, whose chance is below 1e-12.
constexpr std::array<std::uint32_t, kWeightMax> make_steps() {
    std::array<std::uint32_t, kWeightMax> steps{};
    double chance = 0.36787944117144233;  // exp(-1)
    double sum = 0;
    for (std::size_t k = 0; k < steps.size(); ++k) {
        sum += chance;
        const double scaled = sum * 0x1.0p32;
        steps[k] = scaled >= 0x1.0p32 - 1 ? 0xFFFF'FFFFU : static_cast<std::uint32_t>(scaled);
        chance /= static_cast<double>(k + 1);
    }
    return steps;
}
constexpr std::array<std::uint32_t, kWeightMax> kSteps = make_steps();

constexpr std::uint32_t weight_by_steps(std::uint32_t bits) {
    std::uint32_t weight = 0;
    while (weight < kWeightMax && bits >= kSteps[weight]) ++weight;
    return weight;
}

constexpr unsigned kTableBits = 10;
constexpr std::uint8_t kUnclear = 0xFF;

constexpr std::array<std::uint8_t, 1U << kTableBits> make_table() {
    std::array<std::uint8_t, 1U << kTableBits> table{};
    constexpr unsigned kRest = 32 - kTableBits;
    for (std::uint32_t first = 0; first < table.size(); ++first) {
        const std::uint32_t low = weight_by_steps(first << kRest);
        const std::uint32_t high = weight_by_steps((first << kRest) | ((1U << kRest) - 1));
        table[first] = low == high ? static_cast<std::uint8_t>(low) : kUnclear;
    }
    return table;
}
constexpr std::array<std::uint8_t, 1U << kTableBits> kTable = make_table();

std::uint32_t weight_of(std::uint32_t bits) {
    const std::uint8_t weight = kTable[bits >> (32 - kTableBits)];
    return weight == kUnclear ? weight_by_steps(bits) : weight;
}

// Each of the `drawn` times counts with the chance `chance`: the sum is Poisson-distributed again,
// with that mean.
std::uint32_t thin_out(std::uint32_t drawn, float chance, base::SeededRandom& random) {
    std::uint32_t left = 0;
    for (std::uint32_t i = 0; i < drawn; ++i) left += random.unit() < chance ? 1 : 0;
    return left;
}

}  // namespace

void Bootstrap::draw(const TrainingSet& set, base::SeededRandom& random) {
    const auto rows = static_cast<std::uint32_t>(set.rows());
    samples_.resize(rows);
    out_of_bag_.clear();
    std::size_t drawn = 0;
    std::uint64_t bits = 0;
    std::uint32_t next_judged = 0;
    for (std::uint32_t row = 0; row < rows; ++row) {
        bits = row % 2 == 0 ? random.next() : bits >> 32U;
        std::uint32_t weight = weight_of(static_cast<std::uint32_t>(bits));
        if (!set.weights.empty()) weight = thin_out(weight, set.weights[row], random);
        samples_[drawn] = Sample::make(row, weight, set.classes[row]);
        drawn += weight > 0 ? 1 : 0;
        if (row != next_judged) continue;
        next_judged += static_cast<std::uint32_t>(judge_every_);
        if (weight == 0) out_of_bag_.push_back(row);
    }
    if (drawn == 0) samples_[drawn++] = Sample::make(0, 1, set.classes[0]);
    samples_.resize(drawn);
}

}  // namespace flightcast::train
