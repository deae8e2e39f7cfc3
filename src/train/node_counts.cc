// SPDX-License-Identifier: Apache-2.0
//
// Neighbouring rows often fall into the same bin and class (files are sorted by carrier, delays
// crowd around zero), and adding to a number that was just stored has to wait for the store. So
// rows take turns with several histograms while those are small, which are added up at the end.
#include "train/node_counts.h"

#include <algorithm>
#include <variant>

#include "base/check.h"

namespace flightcast::train {
namespace {

constexpr std::size_t kTurns = 4;
constexpr std::size_t kTurnBinsMax = 512;  // so that all fit into the first-level cache

template <typename Bin>
void count(
    std::span<BinCounts> counts, const std::vector<Bin>& bins, std::span<const Sample> samples
) {
    for (const Sample sample : samples) {
        counts[bins[sample.row]][sample.row_class] += sample.weight;
    }
}

template <typename Bin>
void count_in_turns(
    std::span<BinCounts> counts, const std::vector<Bin>& bins, std::span<const Sample> samples
) {
    static thread_local std::vector<BinCounts> turns;
    const std::size_t width = counts.size();
    turns.assign(kTurns * width, BinCounts{});
    const std::size_t whole = samples.size() / kTurns * kTurns;
    for (std::size_t i = 0; i < whole; i += kTurns) {
        for (std::size_t turn = 0; turn < kTurns; ++turn) {
            const Sample sample = samples[i + turn];
            turns[turn * width + bins[sample.row]][sample.row_class] += sample.weight;
        }
    }
    for (std::size_t turn = 0; turn < kTurns; ++turn) {
        for (std::size_t bin = 0; bin < width; ++bin) {
            for (std::size_t c = 0; c < forest::kClassCount; ++c) {
                counts[bin][c] += turns[turn * width + bin][c];
            }
        }
    }
    count(counts, bins, samples.subspan(whole));
}

}  // namespace

NodeCounts::NodeCounts(const BinnedColumn& column, std::span<const Sample> samples)
    : bins_(column.value_bins + 1) {
    std::visit(
        [&](const auto& bins) {
            const bool many_rows = samples.size() >= 2 * kTurns * bins_.size();
            if (bins_.size() <= kTurnBinsMax && many_rows) {
                count_in_turns(bins_, bins, samples);
            } else {
                count(bins_, bins, samples);
            }
        },
        column.bins
    );
}

void NodeCounts::subtract(const NodeCounts& part) {
    FC_CHECK(part.bins_.size() == bins_.size());
    for (std::size_t bin = 0; bin < bins_.size(); ++bin) {
        for (std::size_t c = 0; c < forest::kClassCount; ++c) bins_[bin][c] -= part.bins_[bin][c];
    }
}

}  // namespace flightcast::train
