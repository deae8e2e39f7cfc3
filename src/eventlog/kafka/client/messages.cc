// SPDX-License-Identifier: Apache-2.0
//
// No payload is a tombstone, an empty one is an empty value; the same for keys.
#include "eventlog/kafka/client/messages.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace flightcast::eventlog::kafka {

namespace {

std::optional<std::string> text_of(const void* bytes, std::size_t size) {
    if (bytes == nullptr) return std::nullopt;
    return std::string(static_cast<const char*>(bytes), size);
}

std::vector<Header> headers_in(const rd_kafka_message_t& message) {
    std::vector<Header> headers;
    rd_kafka_headers_t* list = nullptr;
    if (rd_kafka_message_headers(&message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return headers;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    headers.reserve(rd_kafka_header_cnt(list));
    for (std::size_t i = 0;
         rd_kafka_header_get_all(list, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
        headers.push_back({name, text_of(value, size).value_or("")});
    }
    return headers;
}

}  // namespace

Record record_of(const rd_kafka_message_t& message) {
    rd_kafka_timestamp_type_t type{};
    const std::int64_t appended_ms = rd_kafka_message_timestamp(&message, &type);
    return {
        .at = {rd_kafka_topic_name(message.rkt), PartitionId(message.partition)},
        .offset = Offset(message.offset),
        .appended = RecordTime(std::chrono::milliseconds(appended_ms < 0 ? 0 : appended_ms)),
        .key = text_of(message.key, message.key_len),
        .value = text_of(message.payload, message.len),
        .headers = headers_in(message),
    };
}

}  // namespace flightcast::eventlog::kafka
