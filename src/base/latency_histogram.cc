// SPDX-License-Identifier: Apache-2.0
//
// Bucket layout: a value with more than 8 significant bits is shifted right by s until it has 8, so
// it lies in [128, 256); its bucket is 128 * s plus that. Values below 256 have s = 0 and a bucket
// of their own. The buckets of neighbouring s join without gap or overlap.
#include "base/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.h"

namespace flightcast::base {
namespace {

constexpr unsigned kBits = 8;
constexpr std::size_t kHalf = std::size_t{1} << (kBits - 1);

std::size_t bucket_of(std::uint64_t value) {
    const unsigned width = static_cast<unsigned>(std::bit_width(value));
    const unsigned shift = width > kBits ? width - kBits : 0;
    return kHalf * shift + static_cast<std::size_t>(value >> shift);
}

// The largest value that falls into `bucket`.
std::uint64_t highest_of(std::size_t bucket) {
    const std::size_t shift = bucket < 2 * kHalf ? 0 : bucket / kHalf - 1;
    const std::uint64_t top = bucket - kHalf * shift;
    // For the very last bucket the sum wraps to 0 and back to the largest number: as wanted.
    return ((top + 1) << shift) - 1;
}

}  // namespace

void LatencyHistogram::record(std::uint64_t value) {
    const std::size_t bucket = bucket_of(value);
    if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
    ++buckets_[bucket];
    ++count_;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
    sum_ += static_cast<double>(value);
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
    if (other.buckets_.size() > buckets_.size()) buckets_.resize(other.buckets_.size());
    for (std::size_t i = 0; i < other.buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
    count_ += other.count_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
    sum_ += other.sum_;
}

double LatencyHistogram::mean() const {
    return count_ == 0 ? 0.0 : sum_ / static_cast<double>(count_);
}

std::uint64_t LatencyHistogram::percentile(double percent) const {
    FC_CHECK(percent >= 0.0);
    FC_CHECK(percent <= 100.0);
    if (count_ == 0) return 0;
    const double exact = percent / 100.0 * static_cast<double>(count_);
    const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(exact)));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        seen += buckets_[bucket];
        if (seen >= rank) return std::min(highest_of(bucket), max_);
    }
    return max_;
}

}  // namespace flightcast::base
