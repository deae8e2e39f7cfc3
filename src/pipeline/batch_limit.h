// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

namespace flightcast::pipeline {

// The number of records that a stage takes at once. A server that cannot answer for a batch in time
// never could if the same batch came again and again: so the next one is half as large, and each
// success doubles it. Where growing was followed by a failure, it takes twice as many successes the
// next time: a server that manages batches of some size is seldom asked for more.
class BatchLimit {
  public:
    // REQUIRES: `most` is at least 1.
    explicit BatchLimit(std::size_t most) : most_(most), records_(most) {}

    // From 1 to `most`.
    [[nodiscard]] std::size_t records() const { return records_; }

    // A batch of so many records failed.
    void fail(std::size_t records) {
        if (has_grown_) needed_ = std::min(2 * needed_, kNeededMax);
        has_grown_ = false;
        successes_ = 0;
        records_ = std::max<std::size_t>(std::min(records_, records) / 2, 1);
    }

    void succeed() {
        if (records_ == most_) {
            needed_ = 1;
            has_grown_ = false;
        }
        if (records_ == most_ || ++successes_ < needed_) return;
        successes_ = 0;
        has_grown_ = true;
        records_ = std::min(2 * records_, most_);
    }

  private:
    static constexpr std::size_t kNeededMax = 64;

    const std::size_t most_;
    std::size_t records_;
    std::size_t needed_ = 1;  // successes before it grows
    std::size_t successes_ = 0;
    bool has_grown_ = false;  // since the last failure
};

}  // namespace flightcast::pipeline
