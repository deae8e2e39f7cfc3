// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eventlog/kafka/handles.h"
#include "eventlog/record.h"

namespace flightcast::eventlog::kafka {

// A record as librdkafka read it. REQUIRES: the message has no error.
[[nodiscard]] Record record_of(const rd_kafka_message_t& message);

// Hands a copy of `record` to the producer; its delivery report carries `opaque`.
[[nodiscard]] rd_kafka_resp_err_t produce(
    rd_kafka_t& producer, const NewRecord& record, void* opaque
);

}  // namespace flightcast::eventlog::kafka
