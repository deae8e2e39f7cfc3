// SPDX-License-Identifier: Apache-2.0
//
// librdkafka ends its clients without a limit of time: it waits for its threads, and these wait for
// brokers. Here every end has one.
#pragma once

#include <chrono>
#include <memory>

#include "eventlog/kafka/client/handles.h"
#include "eventlog/kafka/client/wake_slot.h"

namespace flightcast::eventlog::kafka {

// Closes a consuming client and serves its last callbacks. False when it is not closed after
// `patience`.
[[nodiscard]] bool close_consumer(rd_kafka_t& client, std::chrono::milliseconds patience);

// Frees a client. One that does not end within `patience` is left to itself, without a word; its
// threads may still call `slot`.
void end_client(
    ClientHandle client, std::chrono::milliseconds patience, std::shared_ptr<WakeSlot> slot = {}
);

// Leaves a client that must not be freed to itself.
void leave_client(ClientHandle client, std::shared_ptr<WakeSlot> slot);

}  // namespace flightcast::eventlog::kafka
