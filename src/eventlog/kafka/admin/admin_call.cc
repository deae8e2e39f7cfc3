// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/admin/admin_call.h"

#include <array>

#include "eventlog/kafka/client/ask_again.h"

namespace flightcast::eventlog::kafka {

using base::Result;

namespace {

using Send = std::function<void(const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>;

// Null when no answer arrived.
EventHandle ask_once(rd_kafka_t& client, std::chrono::milliseconds patience, const Send& send) {
    const AdminOptionsHandle options(rd_kafka_AdminOptions_new(&client, RD_KAFKA_ADMIN_OP_ANY));
    std::array<char, kErrorTextBytes> text{};
    const int patience_ms = static_cast<int>(patience.count());
    rd_kafka_AdminOptions_set_request_timeout(options.get(), patience_ms, text.data(), text.size());
    const QueueHandle queue(rd_kafka_queue_new(&client));
    send(options.get(), queue.get());
    // A little longer than the request itself may take, so that its own error comes first.
    return EventHandle(rd_kafka_queue_poll(queue.get(), patience_ms + 1'000));
}

}  // namespace

bool is_without_coordinator(rd_kafka_resp_err_t code) {
    return code == RD_KAFKA_RESP_ERR_NOT_COORDINATOR ||
           code == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
           code == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS ||
           code == RD_KAFKA_RESP_ERR__WAIT_COORD;
}

Result<EventHandle> admin_call(
    rd_kafka_t& client,
    Trouble& trouble,
    std::chrono::milliseconds patience,
    const std::string& what,
    const std::function<void(const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& send
) {
    EventHandle event;
    const auto ask = [&] {
        event = ask_once(client, patience, send);
        return event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    };
    const rd_kafka_resp_err_t code = ask_again(patience, ask, is_without_coordinator);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return std::unexpected(trouble.explain(code, what));
    trouble.all_is_well();
    return event;
}

Result<void> topic_outcome(
    const Trouble& trouble, const rd_kafka_topic_result_t& result, const std::string& what
) {
    const rd_kafka_resp_err_t code = rd_kafka_topic_result_error(&result);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    base::Error error = trouble.explain(code, what);
    // The broker's own words say more than the code: "replication factor: 3 larger than ...".
    if (const char* const reason = rd_kafka_topic_result_error_string(&result)) {
        error.detail += std::string(": ") + reason;
    }
    return std::unexpected(std::move(error));
}

}  // namespace flightcast::eventlog::kafka
