// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/record.h"

namespace flightcast::eventlog::local {

// A group's position, as it is stored.
struct GroupPosition {
    std::string group;
    Position position;

    bool operator==(const GroupPosition&) const = default;
};

// What one transaction changes. The records have their partitions, offsets and times already.
struct Commit {
    std::vector<Record> records;  // per partition in order of offsets, without gaps
    std::vector<GroupPosition> positions;
    bool durable = false;  // survives a power cut once committed; else only the end of this process
};

// What a storage holds when it is opened.
struct Contents {
    std::vector<TopicDescription> topics;
    std::vector<GroupPosition> positions;
};

// Where a LocalLog keeps its records: the part that differs between memory and SQLite.
//
// Thread-safety: any thread may call any member; only one at a time calls commit and trim.
class Storage {
  public:
    virtual ~Storage() = default;

    virtual base::Result<Contents> load() = 0;
    virtual base::Result<void> create_topic(const TopicSpec& spec) = 0;

    // All of it or, after an error, nothing. Never makes a later commit survive an earlier one's
    // loss.
    virtual base::Result<void> commit(const Commit& commit) = 0;

    // Records from `from` on, at most `records_max`, in order. REQUIRES: the partition exists.
    virtual base::Result<std::vector<Record>> read(
        const TopicPartition& at, Offset from, std::size_t records_max
    ) = 0;

    // Removes records before `first`.
    virtual base::Result<void> trim(const TopicPartition& at, Offset first) = 0;

    // How much the records take, for retention by size.
    virtual base::Result<std::size_t> bytes() = 0;
};

}  // namespace flightcast::eventlog::local
