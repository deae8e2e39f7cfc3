// SPDX-License-Identifier: Apache-2.0
#include "registry/ledger.h"

#include <mutex>
#include <utility>

#include "base/limits.h"
#include "base/planted_bug.h"
#include "eventlog/positions.h"
#include "registry/record_json.h"

namespace flightcast::registry {

using base::Errc;
using base::Result;

// Shared with the completion of an append, which may outlive the ledger.
struct Ledger::Append {
    std::mutex mutex;
    bool is_under_way = false;              // guarded by mutex
    std::optional<Result<void>> completed;  // guarded by mutex
    std::function<void()> wake;
};

Ledger::Ledger(LedgerParts parts) : parts_(std::move(parts)), append_(std::make_shared<Append>()) {
    append_->wake = parts_.wake;
}

Ledger::~Ledger() {
    if (reader_) reader_->on_ready({});
    const std::lock_guard lock(append_->mutex);
    append_->wake = {};
}

Result<std::unique_ptr<Ledger>> Ledger::open(LedgerParts parts) {
    std::unique_ptr<Ledger> ledger(new Ledger(std::move(parts)));
    const LedgerParts& own = ledger->parts_;
    FC_TRY(
        ledger->reader_,
        own.log.open_reader({.topics = {own.topic}, .start = eventlog::FromBeginning{}})
    );
    FC_TRY(ledger->writer_, own.log.open_writer());
    FC_TRY(ledger->ends_, eventlog::ends_of(own.log.admin(), {own.topic}));
    if (own.wake) ledger->reader_->on_ready(own.wake);
    return ledger;
}

void Ledger::propose(Proposal proposal, Done done) {
    proposals_.push_back({.proposal = std::move(proposal), .done = std::move(done)});
    if (parts_.wake) parts_.wake();
}

Result<bool> Ledger::step() {
    FC_TRY(
        const std::vector<eventlog::Record> records, reader_->poll(base::limits::kPollRecordsMax)
    );
    for (const eventlog::Record& record : records) take(record);
    if (!caught_up_) caught_up_ = eventlog::has_reached(reader_->positions(), ends_);
    if (!records.empty()) return true;
    if (!caught_up_ || proposals_.empty()) return false;
    return work_on_proposal();
}

void Ledger::take(const eventlog::Record& read) {
    const auto record = decode_record(read.value.value_or(""));
    if (!record) {
        if (parts_.on_record) parts_.on_record(nullptr, Fate::refused);
        return;
    }
    const Fate fate = registry_.apply(*record, read.appended);
    if (parts_.on_record) parts_.on_record(&*record, fate);
    settle(*record, fate);
}

void Ledger::settle(const Record& record, Fate fate) {
    if (proposals_.empty() || !proposals_.front().record) return;
    if (proposals_.front().record->id != record.id) return;
    if (fate == Fate::applied) return finish(record);
    // Another one came first: a new record, of what holds now.
    if (fate == Fate::repeated) return;
    proposals_.front().record.reset();
    proposals_.front().is_durable = false;
}

void Ledger::finish(Result<Record> result) {
    const Waiting waiting = std::move(proposals_.front());
    proposals_.pop_front();
    if (waiting.done) waiting.done(result);
}

// Takes in what became of the last append. False: there is nothing to append now.
Result<bool> Ledger::look_at_append() {
    const std::lock_guard lock(append_->mutex);
    if (append_->is_under_way) return false;
    const auto completed = std::exchange(append_->completed, std::nullopt);
    Waiting& waiting = proposals_.front();
    if (completed && waiting.record) {
        if (*completed) waiting.is_durable = true;
        if (!*completed && completed->error().code == Errc::closed) {
            return std::unexpected(completed->error());
        }
        // The fate of a failed append is unknown: then the same record again.
        if (!*completed && base::is_planted(base::PlantedBug::unknown_registry_append_renewed)) {
            waiting.record.reset();
        }
    }
    return !waiting.is_durable;
}

Result<void> Ledger::make_record(Waiting& waiting) {
    FC_TRY(Event event, waiting.proposal.event(registry_));
    waiting.record = Record{
        .id = base::Uuid::random(parts_.random),
        .follows = registry_.head(),
        .at = parts_.clock.wall_now(),
        .author = waiting.proposal.author,
        .reason = waiting.proposal.reason,
        .event = std::move(event)
    };
    return {};
}

Result<void> Ledger::append(const Record& record) {
    {
        const std::lock_guard lock(append_->mutex);
        append_->is_under_way = true;
    }
    auto queued = writer_->append(
        {{.topic = parts_.topic,
          .key = "registry",
          .value = encode_record(record),
          .headers = {{"content-type", "application/json"}, {"schema", "1"}}}},
        [append = append_](Result<void> result) {
            const std::lock_guard lock(append->mutex);
            append->is_under_way = false;
            append->completed = std::move(result);
            if (append->wake) append->wake();
        }
    );
    if (queued) return {};
    const std::lock_guard lock(append_->mutex);
    append_->is_under_way = false;
    return queued;
}

Result<bool> Ledger::work_on_proposal() {
    FC_TRY(const bool is_due, look_at_append());
    if (!is_due) return false;
    Waiting& waiting = proposals_.front();
    if (!waiting.record) {
        if (auto made = make_record(waiting); !made) {
            finish(std::unexpected(std::move(made).error()));
            return true;
        }
    }
    const Result<void> queued = append(*waiting.record);
    if (queued) return true;
    if (queued.error().code != Errc::invalid_argument) return std::unexpected(queued.error());
    finish(std::unexpected(queued.error()));
    return true;
}

}  // namespace flightcast::registry
