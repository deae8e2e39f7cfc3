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

// The changes of one transaction. The records have their partitions, offsets and times already.
struct Commit {
    std::vector<Record> records;  // per partition in order of offsets, without gaps
    std::vector<GroupPosition> positions;
    bool durable = false;  // survives a power cut once committed; else only the end of this process
};

// How much the records of one partition take, by record_size().
struct PartitionBytes {
    TopicPartition at;
    Offset first;  // of the records from here
    Offset end;    // up to here
    std::size_t bytes = 0;

    bool operator==(const PartitionBytes&) const = default;
};

// The content of a storage when it is opened.
struct Contents {
    std::vector<TopicDescription> topics;
    std::vector<GroupPosition> positions;
    std::vector<PartitionBytes> bytes{};  // of every partition with records
};

// Where a LocalLog keeps its records: the part that differs between memory and SQLite.
//
// Thread-safety: any thread may call any member; only one at a time calls commit and trim.
class Storage {
  public:
    virtual ~Storage() = default;

    virtual base::Result<Contents> load() = 0;

    // The topics as they are set now: how long they keep records may be changed beside the log.
    virtual base::Result<std::vector<TopicSpec>> specs() = 0;

    virtual base::Result<void> create_topic(const TopicSpec& spec) = 0;

    // All of it or, after an error, nothing; when it is durable, where the next process will find
    // it. Errc::full: there is no room for it. Never makes a later commit survive an earlier one's
    // loss.
    virtual base::Result<void> commit(const Commit& commit) = 0;

    // Whether the next process will find what is here; cheap.
    virtual base::Result<void> check() = 0;

    // Whether a durable commit would work now: writes and flushes, and changes nothing.
    virtual base::Result<void> try_to_write() = 0;

    // Records from `from` on, at most `records_max`, in order. REQUIRES: the partition exists.
    virtual base::Result<std::vector<Record>> read(
        const TopicPartition& at, Offset from, std::size_t records_max
    ) = 0;

    // Removes records before `first`; how many bytes went, by record_size().
    virtual base::Result<std::size_t> trim(const TopicPartition& at, Offset first) = 0;

    // Notes what the log has counted, so that the next load() need not count it again. May do
    // nothing.
    virtual base::Result<void> note_bytes(const std::vector<PartitionBytes>& counted) = 0;
};

}  // namespace flightcast::eventlog::local
