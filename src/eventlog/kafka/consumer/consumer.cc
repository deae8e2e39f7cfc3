// SPDX-License-Identifier: Apache-2.0
//
// librdkafka calls back when its queue stops being empty; between two such calls the reader polls
// until nothing comes. So no thread waits here and nothing is asked in vain.
#include "eventlog/kafka/consumer/consumer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <string>
#include <utility>

#include "base/check.h"
#include "eventlog/kafka/client/ending.h"
#include "eventlog/kafka/client/messages.h"
#include "eventlog/kafka/client/partition_lists.h"

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::Result;

namespace {

using namespace std::chrono_literals;

constexpr auto kEndPatience = 2s;

using IdentityHandle =
    Handle<rd_kafka_consumer_group_metadata_t, rd_kafka_consumer_group_metadata_destroy>;

void on_queue_event(rd_kafka_t* /*client*/, void* opaque) {
    static_cast<WakeSlot*>(opaque)->call();
}

// The group is just changing; the next try finds it settled, or the partitions gone.
bool is_passing(rd_kafka_resp_err_t code) {
    return code == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS ||
           code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID;
}

}  // namespace

// A client and how it ends, with its last user. librdkafka before 2.1 aborts the process when a
// member is freed between its first joining and its first assignment: then it is left behind.
struct Consumer::Life {
    Life(ClientHandle the_client, std::shared_ptr<WakeSlot> the_slot)
        : client(std::move(the_client)), slot(std::move(the_slot)) {}
    ~Life() {
        if (may_be_freed) {
            end_client(std::move(client), patience, std::move(slot));
        } else {
            leave_client(std::move(client), std::move(slot));
        }
    }
    Life(const Life&) = delete;
    Life& operator=(const Life&) = delete;

    ClientHandle client;
    std::shared_ptr<WakeSlot> slot;
    bool may_be_freed = false;
    std::chrono::milliseconds patience{0};
};

Consumer::Consumer(ConfHandle conf, Trouble& trouble)
    : ClientEvents(trouble), conf_(std::move(conf)) {}

Result<std::unique_ptr<Consumer>> Consumer::open(ConfHandle conf, Trouble& trouble) {
    std::unique_ptr<Consumer> consumer(new Consumer(std::move(conf), trouble));
    FC_TRY_VOID(consumer->make_client_anew());
    return consumer;
}

Consumer::~Consumer() {
    close(kEndPatience);
}

Result<void> Consumer::make_client_anew() {
    ConfHandle conf(rd_kafka_conf_dup(conf_.get()));
    FC_TRY(ClientHandle client, make_client(RD_KAFKA_CONSUMER, std::move(conf), *this));
    // Everything comes through one queue, callbacks too.
    rd_kafka_poll_set_consumer(client.get());
    queue_.reset(rd_kafka_queue_get_consumer(client.get()));
    rd_kafka_queue_cb_event_enable(queue_.get(), on_queue_event, slot_.get());
    auto life = std::make_shared<Life>(std::move(client), slot_);
    const std::lock_guard lock(mutex_);
    life_.swap(life);
    return {};
}

std::shared_ptr<rd_kafka_t> Consumer::client() const {
    const std::lock_guard lock(mutex_);
    return {life_, life_->client.get()};
}

Result<void> Consumer::subscribe(const std::vector<std::string>& topics) {
    std::vector<TopicPartition> all;
    for (const std::string& topic : topics) {
        all.push_back({topic, PartitionId(RD_KAFKA_PARTITION_UA)});
    }
    topics_ = list_of(all);
    hurry_.begin(round());
    is_waiting_ = true;
    const rd_kafka_resp_err_t code = rd_kafka_subscribe(client().get(), topics_.get());
    has_subscribed_ = true;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return std::unexpected(trouble().explain(code, "joining the group"));
}

// Member id and generation, in librdkafka's own form.
std::string Consumer::round() const {
    const IdentityHandle identity(rd_kafka_consumer_group_metadata(client().get()));
    if (!identity) return {};
    void* bytes = nullptr;
    std::size_t size = 0;
    const ErrorHandle error(rd_kafka_consumer_group_metadata_write(identity.get(), &bytes, &size));
    if (error) return {};
    std::string text(static_cast<const char*>(bytes), size);
    rd_kafka_mem_free(client().get(), bytes);
    return text;
}

void Consumer::hurry_joining() {
    if (!is_waiting_ || !topics_) return;
    if (hurry_.is_due(round(), std::chrono::steady_clock::now())) {
        rd_kafka_subscribe(client().get(), topics_.get());
    }
}

void Consumer::leave() {
    is_waiting_ = false;
    topics_.reset();
    rd_kafka_unsubscribe(client().get());
}

std::string Consumer::member_id() const {
    char* const id = rd_kafka_memberid(client().get());
    if (id == nullptr) return {};
    std::string text = id;
    rd_kafka_mem_free(client().get(), id);
    return text;
}

// A fenced client has no one to tell, and is closed at once. It goes with its last user.
void Consumer::close_client(std::chrono::milliseconds patience) {
    if (!queue_) return;
    rd_kafka_queue_cb_event_enable(queue_.get(), nullptr, nullptr);
    const bool is_closed = close_consumer(*client(), patience);
    queue_.reset();
    life_->may_be_freed = is_closed && (was_assigned_ || !has_subscribed_);
}

Result<void> Consumer::renew() {
    close_client(kEndPatience);
    FC_TRY_VOID(make_client_anew());
    was_assigned_ = has_subscribed_ = is_waiting_ = false;
    error_.reset();
    return {};
}

void Consumer::close(std::chrono::milliseconds patience) {
    if (!life_ || is_closed_) return;
    is_closed_ = true;
    slot_->set({});
    close_client(patience);
    life_->patience = patience;
    std::shared_ptr<Life> life;
    const std::lock_guard lock(mutex_);
    life.swap(life_);
}

Result<void> Consumer::assign(const std::vector<Position>& positions) {
    const rd_kafka_resp_err_t code = rd_kafka_assign(client().get(), list_of(positions).get());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return std::unexpected(trouble().explain(code, "beginning to read"));
}

void Consumer::unassign() {
    is_waiting_ = topics_ != nullptr && !is_closed_;
    if (is_waiting_) hurry_.begin(round());
    rd_kafka_assign(client().get(), nullptr);
}

bool Consumer::commit(const std::vector<membership::Claim>& claims) {
    const rd_kafka_resp_err_t code = rd_kafka_commit(client().get(), list_of(claims).get(), 1);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR;
}

void Consumer::rebalanced(
    rd_kafka_resp_err_t what, const rd_kafka_topic_partition_list_t& partitions
) {
    if (events_ == nullptr) {
        unassign();
    } else if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        was_assigned_ = true;
        is_waiting_ = false;
        events_->assigned(partitions_of(partitions));
    } else {
        const bool is_revoked = what == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS;
        if (!is_revoked) trouble().note(what, "the group could not share its partitions");
        events_->revoked(!is_revoked || rd_kafka_assignment_lost(client().get()) != 0);
    }
}

void Consumer::committed(
    rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& positions
) {
    if (events_ == nullptr) return;
    for (const rd_kafka_topic_partition_t& one : elements_of(positions)) {
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) code = one.err;
    }
    Result<void> outcome;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        base::Error error = trouble().explain(code, "committing positions");
        if (is_passing(code)) error.code = Errc::fenced;
        outcome = std::unexpected(std::move(error));
    }
    events_->committed(positions_of(positions), std::move(outcome));
}

void Consumer::take_error(const rd_kafka_message_t& message) {
    std::array<char, kErrorTextBytes> text{};
    const rd_kafka_resp_err_t fatal =
        rd_kafka_fatal_error(client().get(), text.data(), text.size());
    const rd_kafka_resp_err_t code = fatal == RD_KAFKA_RESP_ERR_NO_ERROR ? message.err : fatal;
    if (code == RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL) {
        events_->refused_by_group();
        return;
    }
    // The group takes us in again with the next poll.
    if (code == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED) {
        trouble().note(code, rd_kafka_message_errstr(&message));
        return;
    }
    // librdkafka asks for the group of a reader without one, too, which needs no right to it.
    const bool is_of_group = code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
    if (is_of_group && !has_subscribed_) return;
    std::string what = "reading";
    if (message.rkt != nullptr) what += std::string(" '") + rd_kafka_topic_name(message.rkt) + "'";
    error_ = trouble().explain(code, what);
}

void Consumer::take(const rd_kafka_message_t& message, std::vector<Record>& records) {
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        records.push_back(record_of(message));
        return;
    }
    if (message.rkt != nullptr) {
        const TopicPartition at{rd_kafka_topic_name(message.rkt), PartitionId(message.partition)};
        if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            events_->at_end(at, Offset(message.offset));
            return;
        }
        if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET && message.offset >= 0) {
            events_->out_of_range(at, Offset(message.offset));
            return;
        }
    }
    take_error(message);
}

Result<std::vector<Record>> Consumer::poll(
    std::size_t records_max, membership::ConsumerEvents& events
) {
    FC_CHECK(records_max > 0);
    if (error_) return std::unexpected(*std::exchange(error_, std::nullopt));
    events_ = &events;
    batch_.resize(records_max);
    std::vector<Record> records;
    // Again when only events were found: there will be no other call for the records behind them.
    while (records.empty() && !error_) {
        const ssize_t count =
            rd_kafka_consume_batch_queue(queue_.get(), 0, batch_.data(), records_max);
        if (count <= 0) break;
        records.reserve(static_cast<std::size_t>(count));
        for (rd_kafka_message_t* const message :
             std::span(batch_.data(), static_cast<std::size_t>(count))) {
            take(*message, records);
            rd_kafka_message_destroy(message);
        }
    }
    events_ = nullptr;
    hurry_joining();
    if (!records.empty()) trouble().all_is_well();
    if (records.empty() && error_) return std::unexpected(*std::exchange(error_, std::nullopt));
    return records;
}

}  // namespace flightcast::eventlog::kafka
