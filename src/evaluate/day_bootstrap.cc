// SPDX-License-Identifier: Apache-2.0
#include "evaluate/day_bootstrap.h"

#include <algorithm>
#include <cstddef>

#include "base/check.h"
#include "base/random.h"

namespace flightcast::evaluate {
namespace {

constexpr std::size_t kRounds = 1'000;

Interval middle_of(std::vector<double> values) {
    std::ranges::sort(values);
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    };
    return {at(0.025), at(0.975)};
}

DayTally sum_of(std::span<const DayTally> days, std::span<const std::size_t> drawn) {
    DayTally sum;
    for (const std::size_t day : drawn) sum += days[day];
    return sum;
}

}  // namespace

std::vector<Intervals> bootstrap_days(
    std::span<const std::vector<DayTally>> contestants, std::uint64_t seed
) {
    FC_CHECK(!contestants.empty() && !contestants[0].empty());
    const std::size_t days = contestants[0].size();
    const std::size_t figures = contestants[0][0].figures().size();
    base::SeededRandom random(seed);
    // Of each contestant and figure, the log loss above the first one's last: its rounds.
    std::vector<std::vector<std::vector<double>>> rounds(
        contestants.size(), std::vector<std::vector<double>>(figures + 1)
    );
    for (std::size_t round = 0; round < kRounds; ++round) {
        std::vector<std::size_t> drawn(days);
        for (std::size_t& day : drawn) day = static_cast<std::size_t>(random.below(days));
        double first_loss = 0;
        for (std::size_t i = 0; i < contestants.size(); ++i) {
            const DayTally sum = sum_of(contestants[i], drawn);
            if (i == 0) first_loss = sum.log_loss();
            const std::vector<double> values = sum.figures();
            for (std::size_t f = 0; f < figures; ++f) rounds[i][f].push_back(values[f]);
            rounds[i][figures].push_back(sum.log_loss() - first_loss);
        }
    }
    std::vector<Intervals> all;
    for (auto& of_contestant : rounds) {
        Intervals intervals;
        for (std::size_t f = 0; f < figures; ++f) {
            intervals.figures.push_back(middle_of(std::move(of_contestant[f])));
        }
        intervals.log_loss_above_first = middle_of(std::move(of_contestant[figures]));
        all.push_back(std::move(intervals));
    }
    return all;
}

}  // namespace flightcast::evaluate
