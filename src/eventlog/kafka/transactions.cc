// SPDX-License-Identifier: Apache-2.0
//
// One turn: begin, append, add the positions, commit. When a step fails, librdkafka says whether to
// try that step again, to abort, or that this producer is done for.
#include "eventlog/kafka/transactions.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <utility>

#include "base/limits.h"
#include "eventlog/kafka/group_wait.h"
#include "eventlog/kafka/partition_lists.h"
#include "eventlog/kafka/settings.h"

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::Error;
using base::fail;
using base::Result;

namespace {

using namespace std::chrono_literals;

using GroupMetadataHandle =
    Handle<rd_kafka_consumer_group_metadata_t, rd_kafka_consumer_group_metadata_destroy>;

// A dead instance's open transaction hides what comes after it for so long.
constexpr std::chrono::milliseconds kTransactionTimeout = 10s;
constexpr int kFencingTimeoutMs = 5'000;
constexpr int kRemainingTime = -1;  // of the transaction, as librdkafka recommends
constexpr int kIdleMs = 1'000;
constexpr auto kTryAgainAfter = 50ms;
// The coordinator still ends the last transaction when it has answered for it. Who begins the next
// one meanwhile is refused, and tries again after so long; a pause before it costs less.
constexpr auto kBetweenTransactions = 5ms;
constexpr auto kRefusedPause = 10ms;
constexpr auto kGroupPatience = 10s;

std::vector<Position> joined(const std::vector<Publisher::Publish>& publishes) {
    std::map<TopicPartition, Offset> next;
    for (const Publisher::Publish& publish : publishes) {
        for (const Position& position : publish->consumed) {
            Offset& known = next[position.at];
            known = std::max(known, position.next);
        }
    }
    std::vector<Position> positions;
    positions.reserve(next.size());
    for (const auto& [at, offset] : next) positions.push_back({at, offset});
    return positions;
}

}  // namespace

Transactions::Transactions(
    const LogParts& parts,
    std::string id,
    rd_kafka_t& consumer,
    std::shared_ptr<Progress> progress,
    std::weak_ptr<WakeSlot> slot
)
    : ClientEvents(parts.trouble),
      parts_(parts),
      id_(std::move(id)),
      consumer_(consumer),
      progress_(std::move(progress)),
      slot_(std::move(slot)),
      losses_(parts.trouble) {}

Result<std::unique_ptr<Transactions>> Transactions::open(
    const LogParts& parts,
    const std::string& id,
    rd_kafka_t& consumer,
    std::shared_ptr<Progress> progress,
    std::weak_ptr<WakeSlot> slot
) {
    auto made =
        std::make_unique<Transactions>(parts, id, consumer, std::move(progress), std::move(slot));
    FC_TRY_VOID(made->make_client_anew());
    made->thread_ = std::thread([raw = made.get()] { raw->run(); });
    return made;
}

Result<void> Transactions::make_client_anew() {
    const auto message_timeout = std::min(parts_.options.accept_timeout, kTransactionTimeout);
    OwnSettings own = {
        {"transactional.id", id_},
        {"transaction.timeout.ms", std::to_string(kTransactionTimeout.count())},
        {"message.timeout.ms", std::to_string(message_timeout.count())},
    };
    if (!parts_.options.settings.contains("retry.backoff.ms")) {
        own.emplace_back("retry.backoff.ms", std::to_string(kRefusedPause.count()));
    }
    // Records may linger until the commit, which sends what is left: nobody sees them before.
    FC_TRY(ConfHandle conf, make_conf(parts_.options, Role::bulk_producer, own));
    FC_TRY(ClientHandle client, make_client(RD_KAFKA_PRODUCER, std::move(conf), *this));
    auto anew = std::make_unique<ProducingClient>(std::move(client));
    QueueHandle queue(rd_kafka_queue_get_main(anew->get()));
    {
        const std::lock_guard lock(mutex_);
        std::swap(queue_, queue);
    }
    std::swap(client_, anew);
    return {};
}

void Transactions::broken(rd_kafka_resp_err_t cause, std::string_view reason) {
    if (is_broken_) return;
    is_broken_ = losses_.is_to_be_replaced(cause, reason);
}

// Called where a step says that the client is broken, before the client calls back for it.
void Transactions::take_fatal_error() {
    std::array<char, kErrorTextBytes> text{};
    const rd_kafka_resp_err_t cause =
        rd_kafka_fatal_error(client_->get(), text.data(), text.size());
    broken(cause, text.data());
}

// What the old client began is aborted by the brokers when the new one comes under the same id.
void Transactions::replace_client() {
    is_broken_ = false;
    const Result<void> made = make_client_anew();
    if (!made) {
        trouble().note_fatal(RD_KAFKA_RESP_ERR__FATAL, made.error().detail);
        return;
    }
    begin_to_exist();
}

void Transactions::finish() {
    stopping_ = true;
    {
        const std::lock_guard lock(mutex_);
        if (queue_) rd_kafka_queue_yield(queue_.get());
    }
    if (thread_.joinable()) thread_.join();
}

Result<void> Transactions::publish(std::vector<NewRecord> outputs, Publish publish) {
    const std::lock_guard lock(mutex_);
    if (waiting_records_ + outputs.size() > base::limits::kAppendQueueRecordsMax) {
        return fail(Errc::full, "too many records are waiting for Kafka: try again later");
    }
    waiting_records_ += outputs.size();
    waiting_.push_back({std::move(outputs), std::move(publish)});
    rd_kafka_queue_yield(queue_.get());
    return {};
}

// Runs one step until it is done. Errors leave no transaction open.
Result<void> Transactions::attempt(const std::string& what, const Call& call) {
    while (true) {
        const ErrorHandle error(call());
        if (!error) return {};
        const rd_kafka_resp_err_t code = rd_kafka_error_code(error.get());
        if (rd_kafka_error_is_retriable(error.get()) != 0 && !stopping_) {
            std::this_thread::sleep_for(kTryAgainAfter);
            continue;
        }
        Error reason = trouble().explain(code, what);
        if (rd_kafka_error_is_fatal(error.get()) != 0) {
            take_fatal_error();
        } else {
            give_up();
        }
        return std::unexpected(std::move(reason));
    }
}

// Aborting is tried until it is done: before that nothing else can be.
void Transactions::give_up() {
    while (true) {
        const ErrorHandle error(rd_kafka_abort_transaction(client_->get(), kRemainingTime));
        if (!error || rd_kafka_error_is_retriable(error.get()) == 0 || stopping_) return;
        std::this_thread::sleep_for(kTryAgainAfter);
    }
}

Result<void> Transactions::append(const std::vector<Batch>& batches) {
    for (const Batch& batch : batches) {
        for (const NewRecord& record : batch.outputs) {
            const rd_kafka_resp_err_t code = client_->produce(record, nullptr);
            if (code == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
            give_up();
            return std::unexpected(trouble().explain(code, "appending to '" + record.topic + "'"));
        }
    }
    return {};
}

Result<void> Transactions::transact(
    const std::vector<Batch>& batches,
    const std::vector<Position>& positions,
    const rd_kafka_consumer_group_metadata_t& member
) {
    rd_kafka_t* const client = client_->get();
    FC_TRY_VOID(attempt("beginning a transaction", [client] {
        return rd_kafka_begin_transaction(client);
    }));
    FC_TRY_VOID(append(batches));
    const PartitionsHandle list = list_of(positions);
    FC_TRY_VOID(attempt("adding positions to a transaction", [&] {
        return rd_kafka_send_offsets_to_transaction(client, list.get(), &member, kRemainingTime);
    }));
    return attempt("committing a transaction", [client] {
        return rd_kafka_commit_transaction(client, kRemainingTime);
    });
}

// Without outputs there is nothing to keep together.
Result<void> Transactions::commit_only(const std::vector<Position>& positions) {
    if (positions.empty()) return {};
    const rd_kafka_resp_err_t code = rd_kafka_commit(&consumer_, list_of(positions).get(), 0);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return std::unexpected(trouble().explain(code, "committing positions"));
}

// Who we are in the group is taken before it is asked whether the partitions are still ours: if
// they are lost after that, the brokers know us under another generation and refuse.
Result<void> Transactions::publish_now(const std::vector<Batch>& batches) {
    const GroupMetadataHandle member(rd_kafka_consumer_group_metadata(&consumer_));
    std::vector<Publish> publishes;
    bool has_outputs = false;
    for (const Batch& batch : batches) {
        if (!progress_->is_current(*batch.publish)) {
            return fail(Errc::fenced, "its records will come again, here or at another member");
        }
        publishes.push_back(batch.publish);
        has_outputs = has_outputs || !batch.outputs.empty();
    }
    const std::vector<Position> positions = joined(publishes);
    return has_outputs ? transact(batches, positions, *member) : commit_only(positions);
}

// Who was fenced will never be in the group again: then the brokers say so.
bool Transactions::will_not_join() const {
    std::array<char, kErrorTextBytes> text{};
    return stopping_ || rd_kafka_fatal_error(&consumer_, text.data(), text.size()) != 0;
}

void Transactions::work(const std::vector<Batch>& batches) {
    await_group(*progress_, kGroupPatience, [this] { return will_not_join(); });
    Result<void> outcome = fail(Errc::closed, "the log is closing");
    if (!stopping_) outcome = publish_now(batches);
    if (outcome) {
        trouble().all_is_well();
        losses_.all_is_well();
    }
    for (const Batch& batch : batches) progress_->complete(batch.publish, outcome);
    if (outcome && !progress_->is_reading) return;
    if (const auto reader = slot_.lock()) reader->call();
}

// Nothing can be published before this is done, and nothing is lost by waiting.
bool Transactions::begin_to_exist() {
    while (!stopping_) {
        rd_kafka_poll(client_->get(), 0);
        const ErrorHandle error(rd_kafka_init_transactions(client_->get(), kFencingTimeoutMs));
        if (!error) return true;
        const rd_kafka_resp_err_t code = rd_kafka_error_code(error.get());
        if (rd_kafka_error_is_fatal(error.get()) != 0) {
            trouble().note_fatal(code, rd_kafka_error_string(error.get()));
            return false;
        }
        trouble().note(code, rd_kafka_error_string(error.get()));
        std::this_thread::sleep_for(kTryAgainAfter);
    }
    return false;
}

void Transactions::run() {
    begin_to_exist();
    bool is_last_turn = false;
    while (!is_last_turn) {
        is_last_turn = stopping_;
        const bool is_idle = !is_last_turn && !is_broken_;
        rd_kafka_queue_poll_callback(queue_.get(), is_idle ? kIdleMs : 0);
        if (is_broken_ && !is_last_turn) replace_client();
        std::vector<Batch> batches;
        {
            const std::lock_guard lock(mutex_);
            batches.swap(waiting_);
            waiting_records_ = 0;
        }
        if (batches.empty()) continue;
        work(batches);
        if (!stopping_) std::this_thread::sleep_for(kBetweenTransactions);
    }
}

}  // namespace flightcast::eventlog::kafka
