// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace flightcast::base {

// Counts values (in a unit that the caller chooses) in log-linear buckets, so that percentiles of
// any number of them cost the same small memory, at most 58 KiB. Values below 256 are kept exactly;
// above, a bucket is 1/128 of its values wide or less.
//
// The layout is that of HdrHistogram (G. Tene, hdrhistogram.org) with fixed precision.
//
// Thread-safety: one thread per object; merge the objects of several threads.
class LatencyHistogram {
  public:
    // The largest relative error of a percentile, always upwards.
    static constexpr double kErrorMax = 1.0 / 128;

    void record(std::uint64_t value);

    // Adds everything that `other` has recorded.
    void merge(const LatencyHistogram& other);

    [[nodiscard]] std::uint64_t count() const { return count_; }

    // Exact. 0 when nothing has been recorded.
    [[nodiscard]] std::uint64_t min() const { return count_ == 0 ? 0 : min_; }
    [[nodiscard]] std::uint64_t max() const { return max_; }
    [[nodiscard]] double mean() const;

    // The smallest value that `percent` % of all values do not exceed, or up to kErrorMax more, and
    // never above max(). 0 when nothing has been recorded. REQUIRES: 0 <= percent <= 100.
    [[nodiscard]] std::uint64_t percentile(double percent) const;

  private:
    std::vector<std::uint64_t> buckets_;  // Grows to the highest bucket in use.
    std::uint64_t count_ = 0;
    std::uint64_t min_ = UINT64_MAX;
    std::uint64_t max_ = 0;
    double sum_ = 0;
};

}  // namespace flightcast::base
