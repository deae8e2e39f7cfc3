// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/client/ending.h"

#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace flightcast::eventlog::kafka {

namespace {

constexpr int kGlanceMs = 5;

}  // namespace

// By a queue of its own: librdkafka would forward the client's to itself, and wait for ever.
bool close_consumer(rd_kafka_t& client, std::chrono::milliseconds patience) {
    const QueueHandle queue(rd_kafka_queue_new(&client));
    const ErrorHandle error(rd_kafka_consumer_close_queue(&client, queue.get()));
    if (error) return true;  // Closed already, or fenced: there is no one to be told.
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (rd_kafka_consumer_closed(&client) == 0) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        // Records may still be on their way; a poll for callbacks alone would abort the process.
        rd_kafka_message_t* message = nullptr;
        if (rd_kafka_consume_batch_queue(queue.get(), kGlanceMs, &message, 1) > 0) {
            rd_kafka_message_destroy(message);
        }
    }
    return true;
}

void end_client(
    ClientHandle client, std::chrono::milliseconds patience, std::shared_ptr<WakeSlot> slot
) {
    if (!client) return;
    rd_kafka_set_log_level(client.get(), 0);  // Its log has no reader any more.
    auto ended = std::make_shared<std::promise<void>>();
    const std::future<void> is_over = ended->get_future();
    std::thread([raw = client.release(), slot = std::move(slot), ended] {
        rd_kafka_destroy_flags(raw, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
        ended->set_value();
    }).detach();
    is_over.wait_for(patience);
}

void leave_client(ClientHandle client, std::shared_ptr<WakeSlot> slot) {
    if (!client) return;
    rd_kafka_set_log_level(client.get(), 0);
    static std::mutex mutex;
    static auto* const left = new std::vector<std::pair<rd_kafka_t*, std::shared_ptr<WakeSlot>>>();
    const std::lock_guard lock(mutex);
    left->emplace_back(client.release(), std::move(slot));
}

}  // namespace flightcast::eventlog::kafka
