// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/local/storage.h"

namespace flightcast::eventlog::memory {

// A storage for tests and simulation: a disk's content, with the accidents a disk has. It
// outlives the logs opened on it, as a disk outlives processes.
//
// Thread-safety: any thread may call any member.
class MemoryStorage final : public local::Storage {
  public:
    base::Result<local::Contents> load() override;
    base::Result<std::vector<TopicSpec>> specs() override;
    base::Result<void> create_topic(const TopicSpec& spec) override;
    base::Result<void> commit(const local::Commit& commit) override;
    base::Result<void> check() override;
    base::Result<void> try_to_write() override;
    base::Result<std::vector<Record>> read(
        const TopicPartition& at, Offset from, std::size_t records_max
    ) override;
    base::Result<std::size_t> trim(const TopicPartition& at, Offset first) override;
    base::Result<void> note_bytes(const std::vector<local::PartitionBytes>& counted) override;

    // The next `count` commits fail and change nothing, as on a full disk; so does what only tries
    // to write.
    void fail_commits(std::size_t count, base::Errc code = base::Errc::io);

    // From now on what is here will not be found again, as in a folder that was deleted; or it
    // will.
    void set_lost(bool lost);

    // Changes how long a topic keeps records beside the log, as another process may.
    // REQUIRES: the topic exists.
    void set_retention(const std::string& topic, std::optional<std::chrono::milliseconds> age);

    // Loses every commit after the last durable one, as a power cut may.
    void lose_power();

  private:
    struct Partition {
        Offset first;
        std::deque<Record> records;
    };
    struct State {
        std::map<std::string, TopicSpec> topics;
        std::map<TopicPartition, Partition> partitions;
        std::map<std::pair<std::string, TopicPartition>, Offset> positions;
    };

    static void apply(const local::Commit& commit, State& state);
    base::Result<void> fail_if_told();  // REQUIRES: mutex_ is held

    mutable std::mutex mutex_;
    State state_;                               // guarded by mutex_
    State durable_;                             // guarded by mutex_: the state at a durable commit
    std::vector<local::Commit> since_durable_;  // guarded by mutex_: in state_ only
    std::size_t commits_to_fail_ = 0;           // guarded by mutex_
    base::Errc failure_ = base::Errc::io;       // guarded by mutex_: of those
    bool lost_ = false;                         // guarded by mutex_
};

}  // namespace flightcast::eventlog::memory
