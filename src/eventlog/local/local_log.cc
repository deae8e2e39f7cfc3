// SPDX-License-Identifier: Apache-2.0
//
// The order of one step: take the queue, give records their offsets, commit, make visible,
// complete, wake. Nothing is visible before it is committed; nothing calls out under the lock.
#include "eventlog/local/local_log.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/check.h"
#include "base/planted_bug.h"
#include "eventlog/local/local_admin.h"
#include "eventlog/local/local_readers.h"
#include "eventlog/local/queued_work.h"

namespace flightcast::eventlog::local {

using base::Errc;
using base::fail;
using base::Result;

// Appends by queueing.
class LocalWriter final : public Writer {
  public:
    enum class Pace { durable, quick };
    LocalWriter(LocalLog& log, Pace pace) : log_(log), pace_(pace) {}

    Result<void> append(std::vector<NewRecord> records, Done done) override {
        QueuedWork work;
        work.records = std::move(records);
        work.done = std::move(done);
        work.durable = pace_ == Pace::durable;
        return log_.enqueue(std::move(work));
    }

  private:
    LocalLog& log_;
    const Pace pace_;
};

LocalLog::LocalLog(Storage& storage, const base::Clock& clock, LocalOptions options)
    : storage_(storage),
      clock_(clock),
      options_(std::move(options)),
      admin_(std::make_unique<LocalAdmin>(*this)) {}

LocalLog::~LocalLog() = default;

Result<std::unique_ptr<LocalLog>> LocalLog::open(
    Storage& storage, const base::Clock& clock, LocalOptions options
) {
    FC_TRY(const Contents contents, storage.load());
    std::unique_ptr<LocalLog> log(new LocalLog(storage, clock, std::move(options)));
    for (const TopicDescription& topic : contents.topics) log->partitions_.add(topic);
    for (const PartitionBytes& counted : contents.bytes) {
        log->partitions_.at(counted.at).bytes = counted.bytes;
    }
    for (const GroupPosition& position : contents.positions) {
        log->groups_.set_committed(position.group, position.position);
    }
    return log;
}

Result<std::unique_ptr<LocalLog>> LocalLog::open(
    std::unique_ptr<Storage> storage, const base::Clock& clock, LocalOptions options
) {
    FC_TRY(std::unique_ptr<LocalLog> log, open(*storage, clock, std::move(options)));
    log->owned_storage_ = std::move(storage);
    return log;
}

Result<std::unique_ptr<Writer>> LocalLog::open_writer() {
    return std::make_unique<LocalWriter>(*this, LocalWriter::Pace::durable);
}

Result<std::unique_ptr<Writer>> LocalLog::open_quick_writer() {
    return std::make_unique<LocalWriter>(*this, LocalWriter::Pace::quick);
}

Result<std::unique_ptr<Reader>> LocalLog::open_reader(ReaderOptions options) {
    return LocalReader::open(*this, std::move(options));
}

Result<std::unique_ptr<GroupReader>> LocalLog::join_group(GroupOptions options) {
    return LocalGroupReader::join(*this, options);
}

Admin& LocalLog::admin() {
    return *admin_;
}

Result<void> LocalLog::check_records(const std::vector<NewRecord>& records) const {
    for (const NewRecord& record : records) {
        if (partitions_.find(record.topic) == nullptr) {
            return fail(Errc::not_found, "there is no topic '" + record.topic + "'");
        }
        if (record.bytes() > base::limits::kRecordBytesMax) {
            return fail(
                Errc::invalid_argument,
                "a record of " + std::to_string(record.bytes()) + " bytes exceeds the limit of " +
                    std::to_string(base::limits::kRecordBytesMax)
            );
        }
    }
    return {};
}

Result<void> LocalLog::enqueue(QueuedWork work) {
    bool was_empty = false;
    {
        const std::lock_guard lock(mutex_);
        if (closed_) return fail(Errc::closed, "the log is shutting down");
        FC_TRY_VOID(check_records(work.records));
        const std::size_t cost = std::max<std::size_t>(1, work.records.size());
        if (queued_records_ + cost > options_.queue_records_max) {
            return fail(Errc::full, "the log's queue is full; try again later");
        }
        queued_records_ += cost;
        was_empty = queue_.empty();
        queue_.push_back(std::move(work));
    }
    if (!was_empty) return {};
    const std::lock_guard lock(wake_mutex_);
    if (work_wake_) work_wake_();
    return {};
}

void LocalLog::on_work(std::function<void()> wake) {
    const std::lock_guard lock(wake_mutex_);
    work_wake_ = std::move(wake);
}

void LocalLog::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
}

void LocalLog::on_trouble(OnTrouble told) {
    const std::lock_guard lock(mutex_);
    on_trouble_ = std::move(told);
}

void LocalLog::note(const Result<void>& result) {
    OnTrouble told;
    std::optional<base::Error> trouble;
    if (!result) trouble = result.error();
    {
        const std::lock_guard lock(mutex_);
        if (trouble == trouble_) return;
        trouble_ = trouble;
        told = on_trouble_;
    }
    if (told) told(trouble);
}

void LocalLog::look() {
    bool is_in_trouble = false;
    {
        const std::lock_guard lock(mutex_);
        is_in_trouble = trouble_.has_value();
    }
    note(is_in_trouble ? storage_.try_to_write() : storage_.check());
}

Result<void> LocalLog::reach(std::chrono::milliseconds /*patience*/) {
    return {};
}

Condition LocalLog::condition() const {
    const std::lock_guard lock(mutex_);
    return {.records_in_flight = queued_records_, .trouble = trouble_, .fatal = std::nullopt};
}

namespace {

Result<void> may_publish(const QueuedWork& work, const Groups& groups) {
    FC_CHECK(work.member.has_value());
    FC_CHECK(work.sequence != nullptr);
    FC_CHECK(work.epoch <= work.sequence->epoch);
    if (work.epoch != work.sequence->epoch || work.sequence->broken) {
        return fail(Errc::closed, "an earlier publish failed, so this one was not tried");
    }
    for (const Position& position : work.consumed) {
        if (!groups.owns(*work.member, position.at)) {
            return fail(
                Errc::fenced,
                "partition " + std::to_string(position.at.partition.value()) + " of '" +
                    position.at.topic + "' belongs to another member of the group"
            );
        }
    }
    return {};
}

}  // namespace

// Gives every record its place and merges all allowed work into one commit.
Commit LocalLog::prepare(std::vector<QueuedWork>& works) {
    Commit commit;
    std::map<TopicPartition, Offset> next;
    const auto now = std::chrono::floor<std::chrono::milliseconds>(clock_.wall_now());
    for (QueuedWork& work : works) {
        if (work.member) {
            work.outcome = may_publish(work, groups_);
            if (!work.outcome) {
                work.sequence->broken = true;
                continue;
            }
            const std::string& group = groups_.group_of(*work.member);
            for (Position& position : work.consumed) {
                commit.positions.push_back({group, std::move(position)});
            }
        }
        commit.durable |= work.durable;
        for (NewRecord& record : work.records) {
            Partitions::Topic& topic = *partitions_.find(record.topic);
            const TopicPartition at{record.topic, Partitions::choose(topic, record)};
            const Partitions::Partition& partition = partitions_.at(at);
            const auto place = next.try_emplace(at, partition.end).first;
            commit.records.push_back(
                {.at = at,
                 .offset = place->second,
                 .appended = std::max(now, partition.newest),
                 .key = std::move(record.key),
                 .value = std::move(record.value),
                 .headers = std::move(record.headers)}
            );
            place->second = place->second.next();
        }
    }
    return commit;
}

void LocalLog::take_armed(
    const std::set<std::string>& topics, std::vector<std::shared_ptr<ReaderSlot>>& out
) {
    std::erase_if(readers_, [](const std::weak_ptr<ReaderSlot>& slot) { return slot.expired(); });
    for (const std::weak_ptr<ReaderSlot>& weak : readers_) {
        std::shared_ptr<ReaderSlot> slot = weak.lock();
        if (!slot || !slot->armed) continue;
        const auto wanted = [&](const std::string& topic) { return topics.contains(topic); };
        if (!std::ranges::any_of(slot->topics, wanted)) continue;
        slot->armed = false;
        out.push_back(std::move(slot));
    }
}

void LocalLog::show(Commit&& commit, std::vector<std::shared_ptr<ReaderSlot>>& to_wake) {
    std::set<std::string> topics;
    for (Record& record : commit.records) {
        topics.insert(record.at.topic);
        partitions_.show(std::make_shared<const Record>(std::move(record)));
    }
    for (const GroupPosition& position : commit.positions) {
        groups_.set_committed(position.group, position.position);
    }
    take_armed(topics, to_wake);
}

Result<void> LocalLog::commit_timed(const Commit& commit) {
    if (!options_.on_commit) return storage_.commit(commit);
    const base::SteadyTime begin = clock_.steady_now();
    Result<void> committed = storage_.commit(commit);
    options_.on_commit(commit.durable, clock_.steady_now() - begin);
    return committed;
}

bool LocalLog::step() {
    std::vector<QueuedWork> works;
    Commit commit;
    {
        const std::lock_guard lock(mutex_);
        FC_CHECK(queued_records_ <= options_.queue_records_max);
        FC_CHECK(queue_.empty() == (queued_records_ == 0));
        works.swap(queue_);
        queued_records_ = 0;
        if (works.empty()) return false;
        commit = prepare(works);
    }
    if (base::is_planted(base::PlantedBug::positions_committed_alone)) {
        static_cast<void>(storage_.commit({.records = {}, .positions = commit.positions}));
    }
    const bool nothing = commit.records.empty() && commit.positions.empty();
    const Result<void> committed = nothing ? Result<void>{} : commit_timed(commit);
    // What need not last may succeed on a disk without room for what must, and on a full disk one
    // commit may fit where the next does not: there only a look finds that there is room again.
    const auto before = condition().trouble;
    const bool was_full = before && before->code == Errc::full;
    if (!committed || (commit.durable && !was_full)) note(committed);
    std::vector<std::shared_ptr<ReaderSlot>> to_wake;
    {
        const std::lock_guard lock(mutex_);
        if (committed) show(std::move(commit), to_wake);
        for (QueuedWork& work : works) {
            if (!committed && work.outcome) work.outcome = committed;
            if (!work.outcome && work.sequence) work.sequence->broken = true;
        }
    }
    for (QueuedWork& work : works) {
        if (work.done) work.done(std::move(work.outcome));
    }
    for (const std::shared_ptr<ReaderSlot>& slot : to_wake) slot->call();
    return true;
}

void LocalLog::wake_group_members() {
    std::vector<std::shared_ptr<ReaderSlot>> to_wake;
    {
        const std::lock_guard lock(mutex_);
        for (const std::weak_ptr<ReaderSlot>& weak : readers_) {
            std::shared_ptr<ReaderSlot> slot = weak.lock();
            if (slot && slot->in_group) to_wake.push_back(std::move(slot));
        }
    }
    for (const std::shared_ptr<ReaderSlot>& slot : to_wake) slot->call();
}

}  // namespace flightcast::eventlog::local
