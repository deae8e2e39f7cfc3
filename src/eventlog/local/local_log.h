// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "eventlog/embedded.h"
#include "eventlog/event_log.h"
#include "eventlog/local/groups.h"
#include "eventlog/local/partitions.h"
#include "eventlog/local/storage.h"

namespace flightcast::eventlog::local {

struct LocalOptions {
    std::size_t queue_records_max = base::limits::kAppendQueueRecordsMax;

    // Told how long each commit took, and whether it was a durable one. It must be cheap.
    std::function<void(bool durable, std::chrono::nanoseconds took)> on_commit{};
};

struct QueuedWork;
struct ReaderSlot;

// A log in one process. The storage decides where the records are; this decides their order, their
// readers, and how far each group is.
//
// Each partition always keeps its last record, so that offsets go on after a restart.
//
// Thread-safety: any thread may call any member, but only one at a time step() and trim().
class LocalLog final : public EventLog, public Embedded {
  public:
    // REQUIRES: `storage` and `clock` outlive the log, and the log its readers and writers.
    [[nodiscard]] static base::Result<std::unique_ptr<LocalLog>> open(
        Storage& storage, const base::Clock& clock, LocalOptions options = {}
    );

    // The same, with a storage that ends with the log.
    [[nodiscard]] static base::Result<std::unique_ptr<LocalLog>> open(
        std::unique_ptr<Storage> storage, const base::Clock& clock, LocalOptions options = {}
    );
    ~LocalLog() override;

    base::Result<std::unique_ptr<Writer>> open_writer() override;
    base::Result<std::unique_ptr<Reader>> open_reader(ReaderOptions options) override;
    base::Result<std::unique_ptr<GroupReader>> join_group(GroupOptions options) override;
    [[nodiscard]] Admin& admin() override;

    base::Result<void> reach(std::chrono::milliseconds patience) override;
    // In flight are the records that wait for the next step(); the trouble is why the last commit
    // failed.
    [[nodiscard]] Condition condition() const override;

    [[nodiscard]] Embedded* embedded() override { return this; }
    bool step() override;
    void on_work(std::function<void()> wake) override;
    [[nodiscard]] base::Result<std::unique_ptr<Writer>> open_quick_writer() override;
    void close() override;
    base::Result<TrimReport> trim(const Retention& retention) override;
    void on_trouble(OnTrouble told) override;
    void look() override;

    // The bytes of the records, by record_size().
    [[nodiscard]] std::size_t bytes() const;

  private:
    friend class LocalWriter;
    friend class Cursor;
    friend class LocalReader;
    friend class LocalGroupReader;
    friend class LocalAdmin;

    LocalLog(Storage& storage, const base::Clock& clock, LocalOptions options);

    void note(const base::Result<void>& result);
    base::Result<void> enqueue(QueuedWork work);
    base::Result<void> check_records(const std::vector<NewRecord>& records) const;
    base::Result<void> commit_timed(const Commit& commit);
    Commit prepare(std::vector<QueuedWork>& works);
    void show(Commit&& commit, std::vector<std::shared_ptr<ReaderSlot>>& to_wake);
    void take_armed(
        const std::set<std::string>& topics, std::vector<std::shared_ptr<ReaderSlot>>& out
    );
    void wake_group_members();
    base::Result<void> take_specs();
    struct Trimmable;
    static TopicRetention rule_of(const TopicSpec& spec, const Retention& retention);
    [[nodiscard]] std::vector<Trimmable> trimmable(const Retention& retention) const;
    base::Result<std::size_t> trim_partition(Trimmable& partition, Offset first);
    base::Result<std::size_t> trim_by_age(Trimmable& partition, RecordTime now);
    base::Result<std::size_t> trim_by_size(std::vector<Trimmable>& all, std::size_t bytes_max);
    base::Result<void> note_bytes();

    std::unique_ptr<Storage> owned_storage_;  // null: another owns it
    Storage& storage_;
    const base::Clock& clock_;
    const LocalOptions options_;
    std::unique_ptr<Admin> admin_;

    std::mutex wake_mutex_;            // held while the wake-up runs, so that its removal waits
    std::function<void()> work_wake_;  // guarded by wake_mutex_

    mutable std::mutex mutex_;
    Partitions partitions_;                           // guarded by mutex_
    Groups groups_;                                   // guarded by mutex_
    std::vector<QueuedWork> queue_;                   // guarded by mutex_
    std::size_t queued_records_ = 0;                  // guarded by mutex_
    std::vector<std::weak_ptr<ReaderSlot>> readers_;  // guarded by mutex_
    std::optional<base::Error> trouble_;              // guarded by mutex_: of the last commit
    bool closed_ = false;                             // guarded by mutex_
    OnTrouble on_trouble_;                            // guarded by mutex_
    std::vector<PartitionBytes> noted_;               // trim()'s: what the storage knows
};

}  // namespace flightcast::eventlog::local
