// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/kafka/trouble.h"
#include "eventlog/record.h"

namespace flightcast::eventlog::kafka {

// Partitions that cannot be read on where they should be, and where to go on in each of them.
//
// When a broker does not have the offset that it is asked for, either retention removed what is
// there, or the broker is behind: one that hung takes itself for the leader for another moment, and
// its log ends before what was read elsewhere. librdkafka (before 2.1) would go to the beginning
// for both, and all that is in the log would be worked on again. So the brokers are asked where the
// partition begins and ends before anything is decided.
//
// Thread-safety: any thread may call any member.
class LostPlaces {
  public:
    using Ask = std::function<base::Result<PartitionRange>(const TopicPartition&)>;

    // `start` is where partitions begin in which the group has no position yet. REQUIRES: `trouble`
    // outlives it.
    LostPlaces(Trouble& trouble, Offset start) : trouble_(trouble), start_(start) {}

    // No broker has `place`; none: the group never had a position.
    void lost(const TopicPartition& at, std::optional<Offset> place);

    // It goes on, here or at another reader.
    void forget(const TopicPartition& at);

    // Asks about what is lost. False when some are not found yet: to be called again soon.
    bool look(const Ask& ask);

    // Where to go on in those that were found and not forgotten.
    [[nodiscard]] std::vector<Position> found();

  private:
    struct Lost {
        Offset place;
        int looks = 0;  // at a log that ends before it
    };

    void looked(const TopicPartition& at, Offset place, const PartitionRange& range);

    Trouble& trouble_;
    const Offset start_;

    std::mutex mutex_;
    std::map<TopicPartition, Lost> lost_;     // guarded by mutex_
    std::map<TopicPartition, Offset> found_;  // guarded by mutex_
};

}  // namespace flightcast::eventlog::kafka
