// SPDX-License-Identifier: Apache-2.0
//
// The thread sleeps in librdkafka until a delivery report comes: nothing is polled. A batch is one
// object that its records' reports count down.
#include "eventlog/kafka/producer/producer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "eventlog/kafka/producer/producing_client.h"

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::Error;
using base::fail;
using base::Result;

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kReportSleepMax = 1s;
constexpr auto kFarewell = 2s;  // for what is under way when the log closes
constexpr std::chrono::milliseconds kRetiredPause = 20ms;

}  // namespace

// Some records and who waits for them. Delivery reports carry a place in `slots`.
struct Producer::Batch {
    struct Slot {
        Batch* batch = nullptr;
        std::optional<Error> error{};
    };

    Batch(std::size_t count, Reports reports) : left(count), done(std::move(reports)) {
        slots.resize(count, Slot{this});
    }

    std::atomic<std::size_t> left;  // records without report
    Reports done;
    std::vector<Slot> slots;

    // No reports when all is well, as it mostly is.
    void complete() {
        std::vector<Result<void>> reports;
        const bool is_well =
            std::ranges::none_of(slots, [](const Slot& slot) { return slot.error.has_value(); });
        for (Slot& slot : slots) {
            if (is_well) break;
            reports.emplace_back();
            if (slot.error) reports.back() = std::unexpected(*std::move(slot.error));
        }
        if (done) done(std::move(reports));
    }
};

// A client of librdkafka's and the queue that its reports come by.
struct Producer::Session {
    explicit Session(ClientHandle made)
        : client(std::move(made)), queue(rd_kafka_queue_get_main(client.get())) {}

    ProducingClient client;
    const QueueHandle queue;

    // Completes what is under way; what is on its way to a broker may get there all the same.
    void give_up() const {
        rd_kafka_purge(client.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    }
};

Producer::Producer(const KafkaOptions& options, Trouble& trouble, Role role)
    : ClientEvents(trouble), options_(options), role_(role), losses_(trouble) {}

Result<std::unique_ptr<Producer>> Producer::open(
    const KafkaOptions& options, Trouble& trouble, Role role
) {
    std::unique_ptr<Producer> producer(new Producer(options, trouble, role));
    FC_TRY(producer->session_, producer->make_session());
    producer->thread_ = std::thread([raw = producer.get()] { raw->run(); });
    return producer;
}

Producer::~Producer() {
    if (!session_) return;
    stopping_ = true;
    rd_kafka_queue_yield(session()->queue.get());
    if (thread_.joinable()) thread_.join();
    const int farewell_ms = static_cast<int>(std::chrono::milliseconds(kFarewell).count());
    rd_kafka_flush(session_->client.get(), farewell_ms);
    retired_.push_back(std::move(session_));
    for (const std::shared_ptr<Session>& last : retired_) {
        last->give_up();
        rd_kafka_t* const client = last->client.get();
        while (rd_kafka_outq_len(client) > 0 && rd_kafka_poll(client, farewell_ms) > 0) {
        }
    }
    run_tasks();
}

Result<std::shared_ptr<Producer::Session>> Producer::make_session() {
    FC_TRY(ConfHandle conf, make_conf(options_, role_));
    FC_TRY(ClientHandle client, make_client(RD_KAFKA_PRODUCER, std::move(conf), *this));
    return std::make_shared<Session>(std::move(client));
}

std::shared_ptr<Producer::Session> Producer::session() const {
    const std::lock_guard lock(mutex_);
    return session_;
}

std::shared_ptr<rd_kafka_t> Producer::client() const {
    const std::shared_ptr<Session> current = session();
    return {current, current->client.get()};
}

void Producer::post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    rd_kafka_queue_yield(session_->queue.get());
}

// `records` of `batch` are over; the last one completes it.
void Producer::settle(Batch* batch, std::size_t records) {
    in_flight_ -= records;
    if (batch->left.fetch_sub(records) > records) return;
    batch->complete();
    delete batch;
}

void Producer::delivered(const rd_kafka_message_t& message) {
    auto* const slot = static_cast<Batch::Slot*>(message._private);
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        losses_.all_is_well();
        trouble().all_is_well();
    } else {
        const std::string what = std::string("appending to '") + rd_kafka_topic_name(message.rkt) +
                                 "' within " + std::to_string(options_.accept_timeout.count()) +
                                 " ms";
        slot->error = failure(message.err, what);
    }
    settle(slot->batch, 1);
}

Error Producer::failure(rd_kafka_resp_err_t code, const std::string& what) const {
    Error error = trouble().explain(code, what);
    // What is closed will not open again; a client that is replaced does.
    if (trouble().fatal()) {
        error.code = Errc::closed;
    } else if (error.code == Errc::closed && !stopping_) {
        error.code = Errc::unavailable;
    }
    return error;
}

void Producer::broken(rd_kafka_resp_err_t cause, std::string_view reason) {
    is_broken_ = losses_.is_to_be_replaced(cause, reason);
}

void Producer::replace_session() {
    is_broken_ = false;
    auto fresh = make_session();
    if (!fresh) {
        trouble().note_fatal(RD_KAFKA_RESP_ERR__FATAL, fresh.error().detail);
        return;
    }
    const std::lock_guard lock(mutex_);
    retired_.push_back(std::exchange(session_, *std::move(fresh)));
}

// One ends when its last report has come and nobody asks the brokers by it any more.
void Producer::retire_sessions() {
    std::erase_if(retired_, [](const std::shared_ptr<Session>& old) {
        old->give_up();
        rd_kafka_poll(old->client.get(), 0);
        return old.use_count() == 1 && rd_kafka_outq_len(old->client.get()) == 0;
    });
}

Result<void> Producer::send(const std::vector<NewRecord>& records, Reports done) {
    const std::size_t count = records.size();
    if (in_flight_.fetch_add(count) + count > base::limits::kAppendQueueRecordsMax) {
        in_flight_ -= count;
        return fail(Errc::full, "too many records are waiting for Kafka: try again later");
    }
    // Delivery reports carry it as a plain pointer; the last one deletes it.
    auto batch = std::make_unique<Batch>(count, std::move(done));
    if (count == 0) {
        post([raw = batch.release()] {
            raw->complete();
            delete raw;
        });
        return {};
    }
    const std::shared_ptr<Session> current = session();
    for (std::size_t i = 0; i < count; ++i) {
        const rd_kafka_resp_err_t code = current->client.produce(records[i], &batch->slots[i]);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        Error error = failure(code, "appending to '" + records[i].topic + "'");
        if (i == 0 && (count == 1 || error.code != Errc::invalid_argument)) {
            in_flight_ -= count;
            return std::unexpected(std::move(error));
        }
        // A record too large is given up alone; after any other error no more would be taken.
        const bool is_refusal = error.code == Errc::invalid_argument;
        const std::size_t given_up = is_refusal ? 1 : count - i;
        for (std::size_t k = i; k < i + given_up; ++k) batch->slots[k].error = error;
        post([this, raw = batch.get(), given_up] { settle(raw, given_up); });
        if (!is_refusal) break;
    }
    static_cast<void>(batch.release());
    return {};
}

bool Producer::run_tasks() {
    std::vector<std::function<void()>> tasks;
    {
        const std::lock_guard lock(mutex_);
        tasks.swap(tasks_);
    }
    for (const std::function<void()>& task : tasks) task();
    return !tasks.empty();
}

void Producer::run() {
    while (!stopping_) {
        const auto pause = retired_.empty() ? kReportSleepMax : kRetiredPause;
        rd_kafka_queue_poll_callback(session()->queue.get(), static_cast<int>(pause.count()));
        if (is_broken_) replace_session();
        retire_sessions();
        run_tasks();
    }
}

}  // namespace flightcast::eventlog::kafka
