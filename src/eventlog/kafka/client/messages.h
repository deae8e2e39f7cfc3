// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "eventlog/kafka/client/handles.h"
#include "eventlog/record.h"

namespace flightcast::eventlog::kafka {

// A record as librdkafka read it. REQUIRES: the message has no error.
[[nodiscard]] Record record_of(const rd_kafka_message_t& message);

}  // namespace flightcast::eventlog::kafka
