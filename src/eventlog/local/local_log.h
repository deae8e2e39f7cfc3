// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/local/groups.h"
#include "eventlog/local/partitions.h"
#include "eventlog/local/storage.h"

namespace flightcast::eventlog::local {

struct LocalOptions {
    std::size_t queue_records_max = base::limits::kAppendQueueRecordsMax;
};

// What is kept, and for whom.
struct Retention {
    std::chrono::milliseconds age{};  // records older than it go, unless their topic says otherwise
    std::size_t bytes_max = 0;        // when the log is larger, its oldest records go
    std::vector<std::string> behind_groups;  // never remove what one of these has not read
};

struct QueuedWork;
struct ReaderSlot;

// A log in one process: everything that waits is committed together by whoever calls step(), so a
// flush to disk is shared by all requests that came during the last one. The storage decides where
// the records are; this decides their order, who reads them, and how far each group is.
//
// Each partition always keeps its last record, so that offsets go on after a restart.
//
// Thread-safety: any thread may call any member, but only one at a time step() and trim().
class LocalLog final : public EventLog {
  public:
    // REQUIRES: `storage` and `clock` outlive the log, and the log what it opens.
    [[nodiscard]] static base::Result<std::unique_ptr<LocalLog>> open(
        Storage& storage, const base::Clock& clock, LocalOptions options = {}
    );
    ~LocalLog() override;

    base::Result<std::unique_ptr<Writer>> open_writer() override;
    base::Result<std::unique_ptr<Reader>> open_reader(ReaderOptions options) override;
    base::Result<std::unique_ptr<GroupReader>> join_group(GroupOptions options) override;
    [[nodiscard]] Admin& admin() override;

    // Commits everything that was queued before the call, completes it, and wakes readers. False
    // when nothing was queued.
    bool step();

    // `wake` is called when the queue stops being empty, from the thread that queued.
    void on_work(std::function<void()> wake);

    // Refuses what comes from now on; a last step() completes what is queued. Without it, what is
    // queued when the log ends is never completed, as in a crash.
    void close();

    // Removes what `retention` no longer keeps, in steps of bounded size. The number of records
    // that went.
    base::Result<std::size_t> trim(const Retention& retention);

    // Records waiting for the next step().
    [[nodiscard]] std::size_t queued_records() const;

  private:
    friend class LocalWriter;
    friend class Cursor;
    friend class LocalReader;
    friend class LocalGroupReader;
    friend class LocalAdmin;

    LocalLog(Storage& storage, const base::Clock& clock, LocalOptions options);

    base::Result<void> enqueue(QueuedWork work);
    base::Result<void> check_records(const std::vector<NewRecord>& records) const;
    Commit prepare(std::vector<QueuedWork>& works);
    void show(Commit&& commit, std::vector<std::shared_ptr<ReaderSlot>>& to_wake);
    void take_armed(
        const std::set<std::string>& topics, std::vector<std::shared_ptr<ReaderSlot>>& out
    );
    void wake_group_members();
    base::Result<std::size_t> trim_partition(const TopicPartition& at, Offset first);
    base::Result<Offset> first_kept(const TopicPartition& at, RecordTime oldest);

    Storage& storage_;
    const base::Clock& clock_;
    const LocalOptions options_;
    std::unique_ptr<Admin> admin_;

    mutable std::mutex mutex_;
    Partitions partitions_;                           // guarded by mutex_
    Groups groups_;                                   // guarded by mutex_
    std::vector<QueuedWork> queue_;                   // guarded by mutex_
    std::size_t queued_records_ = 0;                  // guarded by mutex_
    std::vector<std::weak_ptr<ReaderSlot>> readers_;  // guarded by mutex_
    std::function<void()> work_wake_;                 // guarded by mutex_
    bool closed_ = false;                             // guarded by mutex_
};

}  // namespace flightcast::eventlog::local
