// SPDX-License-Identifier: Apache-2.0
#include "train/out_of_bag.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"

namespace flightcast::train {

static_assert(
    base::limits::kModelTreesMax * forest::kLeafUnit <= 0xFFFF'FFFFU, "the votes of all trees fit"
);

void OutOfBagVotes::add(std::uint32_t row, const forest::Leaf& leaf) {
    Sum& sum = sums_[row / every_];
    for (std::size_t c = 0; c < sum.size(); ++c) sum[c] += leaf[c];
}

void OutOfBagVotes::merge(const OutOfBagVotes& other) {
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        for (std::size_t c = 0; c < forest::kClassCount; ++c) sums_[i][c] += other.sums_[i][c];
    }
}

OutOfBag OutOfBagVotes::judge(std::span<const std::uint8_t> classes) const {
    constexpr double kProbabilityMin = 1e-15;
    OutOfBag result;
    std::size_t right = 0;
    double loss = 0;
    for (std::size_t i = 0; i * every_ < classes.size(); ++i) {
        const Sum& sum = sums_[i];
        double all = 0;
        for (const std::uint32_t part : sum) all += part;
        if (all == 0) continue;
        const std::uint8_t came = classes[i * every_];
        const auto answered = std::ranges::max_element(sum) - sum.begin();
        ++result.rows;
        right += answered == came ? 1 : 0;
        loss -= std::log(std::max(sum[came] / all, kProbabilityMin));
    }
    if (result.rows == 0) return result;
    result.accuracy = static_cast<double>(right) / static_cast<double>(result.rows);
    result.log_loss = loss / static_cast<double>(result.rows);
    return result;
}

}  // namespace flightcast::train
