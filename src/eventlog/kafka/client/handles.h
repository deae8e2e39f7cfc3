// SPDX-License-Identifier: Apache-2.0
//
// librdkafka's objects as values that end themselves.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

namespace flightcast::eventlog::kafka {

template <auto destroy>
struct Destroyer {
    template <typename T>
    void operator()(T* object) const {
        destroy(object);
    }
};

template <typename T, auto destroy>
using Handle = std::unique_ptr<T, Destroyer<destroy>>;

using ConfHandle = Handle<rd_kafka_conf_t, rd_kafka_conf_destroy>;
using ClientHandle = Handle<rd_kafka_t, rd_kafka_destroy>;
using QueueHandle = Handle<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using TopicHandle = Handle<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using MessageHandle = Handle<rd_kafka_message_t, rd_kafka_message_destroy>;
using EventHandle = Handle<rd_kafka_event_t, rd_kafka_event_destroy>;
using ErrorHandle = Handle<rd_kafka_error_t, rd_kafka_error_destroy>;
using PartitionsHandle =
    Handle<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using AdminOptionsHandle = Handle<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;

// librdkafka writes the texts of errors into arrays that its caller brings.
constexpr std::size_t kErrorTextBytes = 512;

}  // namespace flightcast::eventlog::kafka
