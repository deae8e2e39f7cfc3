// SPDX-License-Identifier: Apache-2.0
//
// librdkafka calls back when its queue stops being empty; between two such calls the reader polls
// until nothing comes. So no thread waits here and nothing is asked in vain.
#include "eventlog/kafka/consumer.h"

#include <array>
#include <span>
#include <string>
#include <utility>

#include "base/check.h"
#include "eventlog/kafka/messages.h"

namespace flightcast::eventlog::kafka {

using base::Result;

namespace {

void on_queue_event(rd_kafka_t* /*client*/, void* opaque) {
    static_cast<WakeSlot*>(opaque)->call();
}

}  // namespace

// The partition of the record before, so that most records need no look-up.
struct Consumer::Run {
    std::vector<Record>& records;
    const rd_kafka_topic_t* topic = nullptr;
    std::int32_t partition = -1;
    bool is_wanted = false;
    Offset next{};

    void end() { topic = nullptr; }
    [[nodiscard]] bool has(const rd_kafka_message_t& message) const {
        return topic == message.rkt && partition == message.partition;
    }
    [[nodiscard]] TopicPartition at() const {
        return {rd_kafka_topic_name(topic), PartitionId(partition)};
    }
};

Result<std::unique_ptr<Consumer>> Consumer::open(ConfHandle conf, ClientEvents& events) {
    std::unique_ptr<Consumer> consumer(new Consumer(events));
    FC_TRY(consumer->client_, make_client(RD_KAFKA_CONSUMER, std::move(conf), events));
    // Everything comes through one queue, callbacks too.
    rd_kafka_poll_set_consumer(consumer->client_.get());
    consumer->queue_.reset(rd_kafka_queue_get_consumer(consumer->client_.get()));
    rd_kafka_queue_cb_event_enable(consumer->queue_.get(), on_queue_event, consumer->slot_.get());
    return consumer;
}

Consumer::~Consumer() {
    close();
}

void Consumer::close() {
    if (!client_ || is_closed_) return;
    is_closed_ = true;
    slot_->set({});
    if (queue_) rd_kafka_queue_cb_event_enable(queue_.get(), nullptr, nullptr);
    rd_kafka_consumer_close(client_.get());
}

void Consumer::leave_client() {
    close();
    queue_.reset();
    rd_kafka_set_log_level(client_.get(), 0);  // Nobody is left to read its log.
    static_cast<void>(client_.release());
}

void Consumer::end_run(const Run& run) {
    if (run.topic != nullptr && run.is_wanted) positions_[run.at()] = run.next;
}

void Consumer::take(const rd_kafka_message_t& message, const Admit& admit, Run& run) {
    if (!run.has(message)) {
        end_run(run);
        run.topic = message.rkt;
        run.partition = message.partition;
        run.is_wanted = admit(run.at(), Offset(message.offset));
    }
    if (!run.is_wanted) return;
    run.next = Offset(message.offset).next();
    run.records.push_back(record_of(message));
}

void Consumer::take_lost(const rd_kafka_message_t& message, Run& run) {
    end_run(run);
    run.end();
    std::optional<Offset> place;
    if (message.offset >= 0) place = Offset(message.offset);
    events_.lost({rd_kafka_topic_name(message.rkt), PartitionId(message.partition)}, place);
}

void Consumer::take_error(const rd_kafka_message_t& message) {
    std::array<char, kErrorTextBytes> text{};
    const rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(client_.get(), text.data(), text.size());
    const rd_kafka_resp_err_t code = fatal == RD_KAFKA_RESP_ERR_NO_ERROR ? message.err : fatal;
    // The group takes us in again with the next poll.
    if (code == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED) {
        events_.trouble().note(code, rd_kafka_message_errstr(&message));
        return;
    }
    std::string what = "reading";
    if (message.rkt != nullptr) what += std::string(" '") + rd_kafka_topic_name(message.rkt) + "'";
    error_ = events_.trouble().explain(code, what);
}

void Consumer::take_end(const rd_kafka_message_t& message, Run& run) {
    end_run(run);
    run.end();
    positions_[{rd_kafka_topic_name(message.rkt), PartitionId(message.partition)}] =
        Offset(message.offset);
}

Result<std::vector<Record>> Consumer::poll(std::size_t records_max, const Admit& admit) {
    FC_CHECK(records_max > 0);
    if (error_) return std::unexpected(*std::exchange(error_, std::nullopt));
    batch_.resize(records_max);
    std::vector<Record> records;
    Run run{.records = records};
    // Again when all that came was no record: there will be no other call for what is behind it.
    while (records.empty() && !error_) {
        const ssize_t count =
            rd_kafka_consume_batch_queue(queue_.get(), 0, batch_.data(), records_max);
        if (count <= 0) break;
        records.reserve(static_cast<std::size_t>(count));
        for (rd_kafka_message_t* const message :
             std::span(batch_.data(), static_cast<std::size_t>(count))) {
            switch (message->err) {
                case RD_KAFKA_RESP_ERR_NO_ERROR:
                    take(*message, admit, run);
                    break;
                case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                    take_end(*message, run);
                    break;
                case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
                    take_lost(*message, run);
                    break;
                default:
                    take_error(*message);
            }
            rd_kafka_message_destroy(message);
        }
        end_run(run);
        run.end();
    }
    if (!records.empty()) events_.trouble().all_is_well();
    if (records.empty() && error_) return std::unexpected(*std::exchange(error_, std::nullopt));
    return records;
}

}  // namespace flightcast::eventlog::kafka
