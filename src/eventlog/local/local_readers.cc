// SPDX-License-Identifier: Apache-2.0
//
// A reader that keeps up copies its records from the tail in memory; one that is behind reads
// from the storage, outside the log's lock.
#include "eventlog/local/local_readers.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"

namespace flightcast::eventlog::local {

using base::Errc;
using base::fail;
using base::Result;

// Fills `out` from the tails, and `behind` with the partitions (and their ends) whose tail no
// longer has the next record. True when there was anything to read at all.
bool Cursor::collect(
    std::size_t records_max,
    std::vector<std::shared_ptr<const Record>>& out,
    std::vector<std::pair<std::size_t, Offset>>& behind
) {
    const std::lock_guard lock(log_.mutex_);
    for (std::size_t i = 0; i < positions_.size() && out.size() < records_max; ++i) {
        const std::size_t index = (turn_ + i) % positions_.size();
        Position& position = positions_[index];
        const Partitions::Partition& partition = log_.partitions_.at(position.at);
        position.next = std::max(position.next, partition.first);
        auto records = Partitions::from_tail(partition, position.next, records_max - out.size());
        if (!records) {
            behind.emplace_back(index, partition.end);
            continue;
        }
        if (records->empty()) continue;
        position.next = records->back()->offset.next();
        std::ranges::move(*records, std::back_inserter(out));
    }
    ++turn_;
    const bool something = !out.empty() || !behind.empty();
    if (!something) slot_->armed = true;
    return something;
}

Result<std::vector<Record>> Cursor::poll(std::size_t records_max) {
    FC_CHECK(records_max > 0);
    std::vector<std::shared_ptr<const Record>> shared;
    std::vector<std::pair<std::size_t, Offset>> behind;
    std::vector<Record> records;
    if (!collect(records_max, shared, behind)) return records;
    records.reserve(shared.size());
    for (const std::shared_ptr<const Record>& record : shared) records.push_back(*record);
    for (const auto& [index, end] : behind) {
        if (records.size() >= records_max) break;
        Position& position = positions_[index];
        FC_TRY(
            std::vector<Record> read,
            storage_.read(position.at, position.next, records_max - records.size())
        );
        for (Record& record : read) {
            if (record.offset >= end) break;  // Committed, but not yet visible.
            position.next = record.offset.next();
            records.push_back(std::move(record));
        }
    }
    return records;
}

void Cursor::on_ready(std::function<void()> wake) {
    const std::lock_guard lock(slot_->wake_mutex);
    slot_->wake = std::move(wake);
}

namespace {

Result<std::vector<TopicPartition>> partitions_of(
    const Partitions& partitions, const std::vector<std::string>& topics
) {
    std::vector<TopicPartition> all;
    for (const std::string& name : topics) {
        const Partitions::Topic* topic = partitions.find(name);
        if (topic == nullptr) return fail(Errc::not_found, "there is no topic '" + name + "'");
        for (std::size_t i = 0; i < topic->partitions.size(); ++i) {
            all.push_back({name, PartitionId(static_cast<std::int32_t>(i))});
        }
    }
    return all;
}

std::shared_ptr<ReaderSlot> make_slot(const std::vector<std::string>& topics, bool in_group) {
    auto slot = std::make_shared<ReaderSlot>();
    slot->topics.insert(topics.begin(), topics.end());
    slot->in_group = in_group;
    return slot;
}

}  // namespace

Result<std::unique_ptr<Reader>> LocalReader::open(LocalLog& log, ReaderOptions options) {
    std::vector<Position> positions;
    if (const auto* from = std::get_if<FromTime>(&options.start)) {
        for (const std::string& topic : options.topics) {
            FC_TRY(const std::vector<Position> found, log.admin().positions_at(topic, from->time));
            positions.insert(positions.end(), found.begin(), found.end());
        }
    }
    auto slot = make_slot(options.topics, false);
    const std::lock_guard lock(log.mutex_);
    FC_TRY(const std::vector<TopicPartition> all, partitions_of(log.partitions_, options.topics));
    if (const auto* from = std::get_if<FromPositions>(&options.start)) positions = from->positions;
    std::map<TopicPartition, Offset> starts;
    for (const Position& position : positions) starts[position.at] = position.next;
    positions.clear();
    for (const TopicPartition& at : all) {
        const Partitions::Partition& partition = log.partitions_.at(at);
        const bool from_end = std::holds_alternative<FromEnd>(options.start);
        const auto start = starts.find(at);
        const Offset otherwise = from_end ? partition.end : partition.first;
        positions.push_back({at, start == starts.end() ? otherwise : start->second});
    }
    Cursor cursor(log, log.storage_, slot);
    cursor.set(std::move(positions));
    log.readers_.push_back(slot);
    return std::make_unique<LocalReader>(std::move(cursor));
}

Result<std::unique_ptr<GroupReader>> LocalGroupReader::join(
    LocalLog& log, const GroupOptions& options
) {
    auto slot = make_slot(options.topics, true);
    MemberId member;
    {
        const std::lock_guard lock(log.mutex_);
        FC_TRY(std::vector<TopicPartition> all, partitions_of(log.partitions_, options.topics));
        member = log.groups_.join(options.group, options.instance_id, std::move(all));
        log.readers_.push_back(slot);
    }
    log.wake_group_members();
    return std::make_unique<LocalGroupReader>(
        log, Cursor(log, log.storage_, std::move(slot)), member
    );
}

LocalGroupReader::LocalGroupReader(LocalLog& log, Cursor cursor, MemberId member)
    : log_(log), cursor_(std::move(cursor)), member_(member) {}

LocalGroupReader::~LocalGroupReader() {
    cursor_.on_ready({});
    {
        const std::lock_guard lock(log_.mutex_);
        log_.groups_.leave(member_);
    }
    log_.wake_group_members();
}

// Moves the cursor to the partitions that are ours now: those we keep stay where they are, new ones
// begin at the group's position.
Result<void> LocalGroupReader::follow_assignment() {
    const std::lock_guard lock(log_.mutex_);
    if (!log_.groups_.is_member(member_)) {
        return fail(Errc::fenced, "another instance joined the group under this instance's id");
    }
    if (log_.groups_.generation(member_) == generation_) return {};
    generation_ = log_.groups_.generation(member_);
    std::map<TopicPartition, Offset> had;
    for (const Position& position : cursor_.positions()) had[position.at] = position.next;
    std::vector<Position> positions;
    for (const TopicPartition& at : log_.groups_.assignment(member_)) {
        const Offset first = log_.partitions_.at(at).first;
        const auto kept = had.extract(at);
        const auto committed = log_.groups_.committed(log_.groups_.group_of(member_), at);
        positions.push_back({at, kept ? kept.mapped() : committed.value_or(first)});
    }
    cursor_.set(std::move(positions));
    return {};
}

Result<std::vector<Record>> LocalGroupReader::poll(std::size_t records_max) {
    FC_TRY_VOID(follow_assignment());
    return cursor_.poll(records_max);
}

Result<void> LocalGroupReader::publish(
    std::vector<NewRecord> outputs, std::vector<Position> consumed, Done done
) {
    QueuedWork work;
    work.records = std::move(outputs);
    work.done = std::move(done);
    work.member = member_;
    work.consumed = std::move(consumed);
    work.sequence = sequence_;
    {
        const std::lock_guard lock(log_.mutex_);
        work.epoch = sequence_->epoch;
    }
    return log_.enqueue(std::move(work));
}

Result<void> LocalGroupReader::rewind() {
    const std::lock_guard lock(log_.mutex_);
    if (!log_.groups_.is_member(member_)) {
        return fail(Errc::fenced, "another instance joined the group under this instance's id");
    }
    ++sequence_->epoch;
    sequence_->broken = false;
    std::vector<Position> positions = cursor_.positions();
    for (Position& position : positions) {
        const auto committed = log_.groups_.committed(log_.groups_.group_of(member_), position.at);
        position.next = committed.value_or(log_.partitions_.at(position.at).first);
    }
    cursor_.set(std::move(positions));
    return {};
}

}  // namespace flightcast::eventlog::local
