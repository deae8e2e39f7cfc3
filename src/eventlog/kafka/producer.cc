// SPDX-License-Identifier: Apache-2.0
//
// The thread sleeps in librdkafka until a delivery report comes or a chore is due: nothing is
// polled. A batch is one object that its records' reports count down.
#include "eventlog/kafka/producer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "eventlog/kafka/messages.h"
#include "eventlog/kafka/settings.h"

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::Error;
using base::fail;
using base::Result;
using base::SteadyTime;

namespace {

using namespace std::chrono_literals;

constexpr auto kSleepMax = 1s;
constexpr auto kFarewell = 2s;  // for what is under way when the log closes

}  // namespace

// Some records and who waits for them.
struct Producer::Batch {
    std::atomic<std::size_t> left;  // records without report
    Done done;
    std::mutex mutex;
    std::optional<Error> error{};  // guarded by mutex: the first one

    void failed(Error reason) {
        const std::lock_guard lock(mutex);
        if (!error) error = std::move(reason);
    }
    void complete() {
        if (!done) return;
        if (error) {
            done(std::unexpected(*std::move(error)));
        } else {
            done({});
        }
    }
};

Producer::Producer(const KafkaOptions& options, Trouble& trouble, const base::Clock& clock)
    : ClientEvents(trouble), accept_timeout_(options.accept_timeout), clock_(clock) {}

Result<std::unique_ptr<Producer>> Producer::open(
    const KafkaOptions& options, Trouble& trouble, const base::Clock& clock
) {
    std::unique_ptr<Producer> producer(new Producer(options, trouble, clock));
    FC_TRY(ConfHandle conf, make_conf(options, Role::producer));
    FC_TRY(producer->client_, make_client(RD_KAFKA_PRODUCER, std::move(conf), *producer));
    producer->queue_.reset(rd_kafka_queue_get_main(producer->client_.get()));
    producer->thread_ = std::thread([raw = producer.get()] { raw->run(); });
    return producer;
}

Producer::~Producer() {
    if (!client_) return;
    stopping_ = true;
    if (queue_) rd_kafka_queue_yield(queue_.get());
    if (thread_.joinable()) thread_.join();
    const int farewell_ms = static_cast<int>(std::chrono::milliseconds(kFarewell).count());
    rd_kafka_flush(client_.get(), farewell_ms);
    rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    while (in_flight_ > 0 && rd_kafka_poll(client_.get(), farewell_ms) > 0) {
    }
    run_tasks();
}

void Producer::add_chore(std::weak_ptr<Chore> chore) {
    const std::lock_guard lock(mutex_);
    std::erase_if(chores_, [](const std::weak_ptr<Chore>& known) { return known.expired(); });
    chores_.push_back(std::move(chore));
}

void Producer::post(std::function<void()> task) {
    {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
    }
    rd_kafka_queue_yield(queue_.get());
}

// `records` of `batch` are over; the last one completes it.
void Producer::settle(Batch* batch, std::size_t records) {
    in_flight_ -= records;
    if (batch->left.fetch_sub(records) > records) return;
    batch->complete();
    delete batch;
}

void Producer::delivered(const rd_kafka_message_t& message) {
    auto* const batch = static_cast<Batch*>(message._private);
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        trouble().all_is_well();
    } else {
        batch->failed(
            trouble().explain(
                message.err,
                std::string("appending to '") + rd_kafka_topic_name(message.rkt) + "' within " +
                    std::to_string(accept_timeout_.count()) + " ms"
            )
        );
    }
    settle(batch, 1);
}

Result<void> Producer::send(const std::vector<NewRecord>& records, Done done) {
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
    for (std::size_t i = 0; i < count; ++i) {
        const rd_kafka_resp_err_t code = produce(*client_, records[i], batch.get());
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        Error error = trouble().explain(code, "appending to '" + records[i].topic + "'");
        if (i == 0) {
            in_flight_ -= count;
            return std::unexpected(std::move(error));
        }
        batch->failed(std::move(error));
        post([this, raw = batch.get(), rest = count - i] { settle(raw, rest); });
        break;
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

SteadyTime Producer::run_chores() {
    std::vector<std::shared_ptr<Chore>> chores;
    {
        const std::lock_guard lock(mutex_);
        for (const std::weak_ptr<Chore>& known : chores_) {
            if (auto chore = known.lock()) chores.push_back(std::move(chore));
        }
    }
    const SteadyTime now = clock_.steady_now();
    SteadyTime next = now + kSleepMax;
    for (const std::shared_ptr<Chore>& chore : chores) next = std::min(next, chore->run(now));
    return next;
}

void Producer::run() {
    SteadyTime next = clock_.steady_now();
    while (!stopping_) {
        const auto pause = std::chrono::ceil<std::chrono::milliseconds>(
            std::max(next - clock_.steady_now(), std::chrono::microseconds(0))
        );
        rd_kafka_queue_poll_callback(queue_.get(), static_cast<int>(pause.count()));
        // A task may be what a chore waits for.
        run_tasks();
        next = run_chores();
    }
}

}  // namespace flightcast::eventlog::kafka
