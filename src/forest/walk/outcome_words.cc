// SPDX-License-Identifier: Apache-2.0
//
// One source for all instruction sets: vectors of eight words in the compiler's
// own notation, which become single instructions where the function may use
// AVX2 and several elsewhere.
#include "forest/walk/outcome_words.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <utility>

#include "base/check.h"

namespace flightcast::forest::walk {
namespace {

constexpr std::size_t kLanes = 8;
constexpr std::size_t kRowsAtOnce = 4;
constexpr std::size_t kWordsMax = 256 * 1'024;  // 1 MB

using Words [[gnu::vector_size(kLanes * sizeof(std::uint32_t))]] = std::uint32_t;

std::size_t round_up(std::size_t count) {
    return (count + kLanes - 1) / kLanes * kLanes;
}

template <typename Value>
using Splits = std::vector<WordSplit<Value>>;

// The distinct thresholds of the splits, rising.
template <typename Value>
std::vector<Value> thresholds_of(const Splits<Value>& splits) {
    std::vector<Value> thresholds;
    for (const auto& split : splits) thresholds.push_back(split.threshold);
    std::ranges::sort(thresholds);
    const auto rest = std::ranges::unique(thresholds);
    thresholds.erase(rest.begin(), rest.end());
    return thresholds;
}

template <typename Value>
std::size_t categories_of(std::span<const WordSplit<Value>> splits) {
    return std::ranges::max_element(splits, {}, &WordSplit<Value>::categories)->categories;
}

}  // namespace

Instructions best_instructions() {
#if defined(__x86_64__)
    static const bool has_avx2 =
        __builtin_cpu_supports("avx2") > 0 && __builtin_cpu_supports("bmi2") > 0;
    return has_avx2 ? Instructions::avx2 : Instructions::portable;
#else
    return Instructions::portable;
#endif
}

template <typename Value>
std::size_t OutcomeWords<Value>::add_bin(std::span<const WordSplit<Value>> splits, Value value) {
    const std::size_t begin = words_.size();
    words_.resize(begin + stride_);
    for (const auto& split : splits) {
        if (split.goes_right(value)) words_[begin + split.tree] |= std::uint32_t{1} << split.place;
    }
    return begin;
}

// Each bin is stood for by its largest value.
template <typename Value>
void OutcomeWords<Value>::add_numeric(
    std::span<const WordSplit<Value>> splits, std::span<const Value> thresholds
) {
    constexpr Value kInfinity = std::numeric_limits<Value>::infinity();
    Numeric numeric{.feature = splits.front().feature, .thresholds = thresholds_.size()};
    while ((std::size_t{1} << numeric.steps) <= thresholds.size()) ++numeric.steps;
    thresholds_.insert(thresholds_.end(), thresholds.begin(), thresholds.end());
    const std::size_t padded = (std::size_t{1} << numeric.steps) - 1;
    thresholds_.resize(numeric.thresholds + padded, kInfinity);
    numeric.words = words_.size();
    for (const Value threshold : thresholds) add_bin(splits, threshold);
    add_bin(splits, kInfinity);
    numeric.missing = add_bin(splits, std::numeric_limits<Value>::quiet_NaN());
    numeric_.push_back(numeric);
}

template <typename Value>
void OutcomeWords<Value>::add_categorical(std::span<const WordSplit<Value>> splits) {
    const Categorical categorical{
        .feature = splits.front().feature,
        .categories = categories_of(splits),
        .words = words_.size(),
    };
    for (std::size_t category = 0; category < categorical.categories; ++category) {
        add_bin(splits, static_cast<Value>(category));
    }
    add_bin(splits, std::numeric_limits<Value>::quiet_NaN());
    categorical_.push_back(categorical);
}

template <typename Value>
std::optional<OutcomeWords<Value>> OutcomeWords<Value>::make(
    std::size_t trees, std::size_t depth, std::span<const WordSplit<Value>> splits
) {
    FC_CHECK(depth <= kDepthMax);
    OutcomeWords result;
    result.stride_ = round_up(trees);
    result.depth_ = depth;
    std::map<std::size_t, Splits<Value>> by_feature;
    for (const auto& split : splits) {
        FC_CHECK(split.tree < trees);
        FC_CHECK(split.place >= 1);
        FC_CHECK(split.place < (1U << depth));
        by_feature[split.feature].push_back(split);
    }
    if (by_feature.size() > base::limits::kModelFeaturesMax) return std::nullopt;

    std::map<std::size_t, std::vector<Value>> thresholds;
    std::size_t bins = 0;
    for (const auto& [feature, own] : by_feature) {
        const std::size_t categories = categories_of<Value>(own);
        const auto is_numeric = [](const auto& split) { return split.categories == 0; };
        const auto numeric_splits = std::ranges::count_if(own, is_numeric);
        if (numeric_splits != 0 && categories != 0) return std::nullopt;
        if (categories == 0) thresholds[feature] = thresholds_of(own);
        bins += 2 + (categories == 0 ? thresholds[feature].size() : categories);
    }
    if (bins * result.stride_ > kWordsMax) return std::nullopt;
    for (const auto& [feature, own] : by_feature) {
        if (thresholds.contains(feature)) {
            result.add_numeric(own, thresholds[feature]);
        } else {
            result.add_categorical(own);
        }
    }
    return result;
}

// Binary searches without branches, those of several rows at once: each waits for its loads most of
// the time.
template <typename Value>
template <std::size_t row_count>
[[gnu::always_inline]] inline void OutcomeWords<Value>::find_bins(
    std::span<const Value> rows, std::array<RowWords, row_count>& words
) const {
    const std::size_t width = rows.size() / row_count;
    for (std::size_t i = 0; i < numeric_.size(); ++i) {
        const Numeric& numeric = numeric_[i];
        const Value* const thresholds = thresholds_.data() + numeric.thresholds;
        std::array<Value, row_count> values;
        std::array<std::size_t, row_count> bins{};
        for (std::size_t row = 0; row < row_count; ++row) {
            values[row] = rows[row * width + numeric.feature];
        }
        for (std::size_t step = numeric.steps; step-- > 0;) {
            const Value* const middle = thresholds + (std::size_t{1} << step) - 1;
            [&]<std::size_t... row>(std::index_sequence<row...>) {  // a loop, unrolled
                ((bins[row] += std::size_t{values[row] > middle[bins[row]]} << step), ...);
            }(std::make_index_sequence<row_count>());
        }
        for (std::size_t row = 0; row < row_count; ++row) {
            const std::size_t bin = numeric.words + bins[row] * stride_;
            const bool is_missing = std::isnan(values[row]);
            words[row][i] = words_.data() + (is_missing ? numeric.missing : bin);
        }
    }
    for (std::size_t i = 0; i < categorical_.size(); ++i) {
        const Categorical& categorical = categorical_[i];
        const std::uint32_t* const first = words_.data() + categorical.words;
        for (std::size_t row = 0; row < row_count; ++row) {
            const Value value = rows[row * width + categorical.feature];
            const bool is_inside = value >= 0 && value < static_cast<Value>(categorical.categories);
            const auto category = static_cast<std::uint32_t>(is_inside ? value : 0);
            const bool is_category = static_cast<Value>(category) == value;
            const std::size_t bin = is_category ? category : categorical.categories;
            words[row][numeric_.size() + i] = first + bin * stride_;
        }
    }
}

template <typename Value>
template <std::size_t row_count>
[[gnu::always_inline]] inline void OutcomeWords<Value>::find(
    std::span<const Value> rows, std::uint32_t* leaves
) const {
    std::array<RowWords, row_count> words;
    find_bins<row_count>(rows, words);
    const std::size_t features = numeric_.size() + categorical_.size();
    for (const RowWords& row : words) {
        for (std::size_t tree = 0; tree < stride_; tree += kLanes) {
            Words outcomes{};
            for (std::size_t i = 0; i < features; ++i) {
                Words more;
                std::memcpy(&more, row[i] + tree, sizeof more);
                outcomes |= more;
            }
            Words place = Words{} + 1;
            for (std::size_t level = 0; level < depth_; ++level) {
                place = place + place + ((outcomes >> place) & 1U);
            }
            place -= static_cast<std::uint32_t>(leaves_per_tree());
            std::memcpy(leaves, &place, sizeof place);
            leaves += kLanes;
        }
    }
}

template <typename Value>
[[gnu::always_inline]] inline void OutcomeWords<Value>::find_all(
    std::span<const Value> rows, std::size_t width, std::uint32_t* leaves
) const {
    for (; rows.size() >= kRowsAtOnce * width; rows = rows.subspan(kRowsAtOnce * width)) {
        find<kRowsAtOnce>(rows.first(kRowsAtOnce * width), leaves);
        leaves += kRowsAtOnce * stride_;
    }
    for (; !rows.empty(); rows = rows.subspan(width)) {
        find<1>(rows.first(width), leaves);
        leaves += stride_;
    }
}

template <typename Value>
void OutcomeWords<Value>::find_portably(
    std::span<const Value> rows, std::size_t width, std::uint32_t* leaves
) const {
    find_all(rows, width, leaves);
}

template <typename Value>
#if defined(__x86_64__)
[[gnu::target("avx2,bmi2")]]
#endif
void OutcomeWords<Value>::find_with_avx2(
    std::span<const Value> rows, std::size_t width, std::uint32_t* leaves
) const {
    find_all(rows, width, leaves);
}

template <typename Value>
void OutcomeWords<Value>::find_leaves(
    std::span<const Value> rows,
    std::size_t width,
    std::span<std::uint32_t> leaves,
    Instructions instructions
) const {
    if (instructions == Instructions::avx2) {
        find_with_avx2(rows, width, leaves.data());
    } else {
        find_portably(rows, width, leaves.data());
    }
}

template class OutcomeWords<float>;
template class OutcomeWords<double>;

}  // namespace flightcast::forest::walk
