// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/result.h"
#include "eventlog/kafka/client/handles.h"
#include "eventlog/kafka/client/trouble.h"

namespace flightcast::eventlog::kafka {

// A coordinator that is not there yet, as of a group that is new to its cluster: the same question
// will be answered soon.
[[nodiscard]] bool is_without_coordinator(rd_kafka_resp_err_t code);

// Sends one administrative request and waits for its answer; again while there is no coordinator,
// within `patience`. `send` queues the request with the given options to the given queue; `what`
// says in errors what was asked for.
[[nodiscard]] base::Result<EventHandle> admin_call(
    rd_kafka_t& client,
    Trouble& trouble,
    std::chrono::milliseconds patience,
    const std::string& what,
    const std::function<void(const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& send
);

// The error of the one topic that was asked for.
[[nodiscard]] base::Result<void> topic_outcome(
    const Trouble& trouble, const rd_kafka_topic_result_t& result, const std::string& what
);

}  // namespace flightcast::eventlog::kafka
