// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "eventlog/record.h"

namespace flightcast::pipeline {

// How long a record that was just polled is held before it is worked on; not negative.
using HoldFor = std::function<std::chrono::microseconds(const eventlog::Record&)>;

// Whether a record that is due has to wait for something else, which is asked again each time.
using Awaits = std::function<bool(const eventlog::Record&)>;

// Until when records are held.
struct Holding {
    HoldFor hold_for{};                       // none: each is due when it was polled
    Awaits awaits{};                          // none: what is due does not wait
    std::chrono::microseconds await_most{0};  // after it is due
};

// Polled records that are not worked on yet. Order is that of each partition: no record waits for
// another partition's.
//
// Nothing is committed of what is held: after a crash it is polled again.
class HeldRecords {
  public:
    explicit HeldRecords(Holding holding = {}) : holding_(std::move(holding)) {}

    // Whether work on these can begin at once: nothing is held, and none of them has to be.
    [[nodiscard]] bool may_pass(const std::vector<eventlog::Record>& polled) const;

    // Takes polled records over. Those of a partition that go back to before what is held of it
    // replace that: the partition was given away and came back.
    void add(std::vector<eventlog::Record> records, base::SteadyTime now);

    // Forgets partitions that the reader has no longer, as its positions say: another member of the
    // group works on them.
    void keep_only(const std::vector<eventlog::Position>& positions);

    void clear();

    // Records that are due and await nothing, at most `records_max`, in the order of each
    // partition; they are held no longer.
    [[nodiscard]] std::vector<eventlog::Record> take_due(
        base::SteadyTime now, std::size_t records_max
    );

    // When time alone will let the next one go; nothing when none is held.
    [[nodiscard]] std::optional<base::SteadyTime> next_due(base::SteadyTime now) const;

    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    struct Held {
        eventlog::Record record;
        base::SteadyTime due;
    };

    [[nodiscard]] bool may_go(const Held& held, base::SteadyTime now) const;

    Holding holding_;

    std::map<eventlog::TopicPartition, std::deque<Held>> held_;  // no partition is empty
    std::size_t size_ = 0;
};

}  // namespace flightcast::pipeline
