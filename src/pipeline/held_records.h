// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "eventlog/record.h"

namespace flightcast::pipeline {

// How long a record that was just polled is held before it is worked on; not negative.
using HoldFor = std::function<std::chrono::microseconds(const eventlog::Record&)>;

// Polled records that are not worked on yet. Order is that of each partition: no record waits for
// another partition's.
//
// Nothing is committed of what is held: after a crash it is polled again.
class HeldRecords {
  public:
    // Takes polled records over. Those of a partition that go back to before what is held of it
    // replace that: the partition was given away and came back.
    void add(std::vector<eventlog::Record> records, base::SteadyTime now, const HoldFor& hold_for);

    // Forgets partitions that the reader has no longer, as its positions say: another member of the
    // group works on them.
    void keep_only(const std::vector<eventlog::Position>& positions);

    void clear();

    // Records that are due, at most `records_max`, in the order of each partition; they are held no
    // longer.
    [[nodiscard]] std::vector<eventlog::Record> take_due(
        base::SteadyTime now, std::size_t records_max
    );

    // When the next one is due; nothing when none is held.
    [[nodiscard]] std::optional<base::SteadyTime> next_due() const;

    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    struct Held {
        eventlog::Record record;
        base::SteadyTime due;
    };

    std::map<eventlog::TopicPartition, std::deque<Held>> held_;  // no partition is empty
    std::size_t size_ = 0;
};

}  // namespace flightcast::pipeline
