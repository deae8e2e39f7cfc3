// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::eventlog::local {

// The topics of a log with the newest records of each partition, which readers that keep up read
// without touching the storage.
//
// Thread-safety: none; the log guards it.
class Partitions {
  public:
    struct Partition {
        Offset first;       // the oldest record kept
        Offset end;         // committed: readers see records before it
        RecordTime newest;  // times never go back, whatever the clock does
        std::deque<std::shared_ptr<const Record>> tail;  // the last records before `end`
        std::size_t tail_bytes = 0;
        std::size_t bytes = 0;  // of all records kept, by record_size()
    };
    struct Topic {
        TopicSpec spec;
        std::vector<Partition> partitions;
        std::size_t next_keyless = 0;
    };

    void add(const TopicDescription& description);
    [[nodiscard]] const Topic* find(const std::string& name) const;
    [[nodiscard]] Topic* find(const std::string& name);
    [[nodiscard]] const std::map<std::string, Topic>& all() const { return topics_; }

    // REQUIRES: the partition exists.
    [[nodiscard]] Partition& at(const TopicPartition& at);

    // The partition that `record` belongs to: by its key, else in turn.
    [[nodiscard]] static PartitionId choose(Topic& topic, const NewRecord& record);

    // Makes a committed record visible. REQUIRES: its offset is the partition's end.
    void show(std::shared_ptr<const Record> record);

    // The records at `from` and after that the tail has; nothing when it does not reach back to
    // `from`.
    [[nodiscard]] static std::optional<std::vector<std::shared_ptr<const Record>>> from_tail(
        const Partition& partition, Offset from, std::size_t records_max
    );

  private:
    std::map<std::string, Topic> topics_;
};

}  // namespace flightcast::eventlog::local
