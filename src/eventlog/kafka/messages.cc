// SPDX-License-Identifier: Apache-2.0
//
// No payload is a tombstone, an empty one is an empty value; the same for keys.
#include "eventlog/kafka/messages.h"

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

std::vector<Header> headers_of(const rd_kafka_message_t& message) {
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

// A view of `text` for librdkafka, which copies it; never null, also when it is empty.
rd_kafka_vu_t memory(rd_kafka_vtype_t type, const std::optional<std::string>& text) {
    rd_kafka_vu_t part{};
    part.vtype = type;
    part.u.mem.ptr = text ? const_cast<char*>(text->data()) : nullptr;
    part.u.mem.size = text ? text->size() : 0;
    return part;
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
        .headers = headers_of(message),
    };
}

rd_kafka_resp_err_t produce(rd_kafka_t& producer, const NewRecord& record, void* opaque) {
    std::vector<rd_kafka_vu_t> parts;
    parts.reserve(5 + record.headers.size());
    rd_kafka_vu_t part{};
    part.vtype = RD_KAFKA_VTYPE_TOPIC;
    part.u.cstr = record.topic.c_str();
    parts.push_back(part);
    part.vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    part.u.i = RD_KAFKA_MSG_F_COPY;
    parts.push_back(part);
    part.vtype = RD_KAFKA_VTYPE_OPAQUE;
    part.u.ptr = opaque;
    parts.push_back(part);
    parts.push_back(memory(RD_KAFKA_VTYPE_KEY, record.key));
    parts.push_back(memory(RD_KAFKA_VTYPE_VALUE, record.value));
    for (const Header& header : record.headers) {
        part.vtype = RD_KAFKA_VTYPE_HEADER;
        part.u.header.name = header.name.c_str();
        part.u.header.val = header.value.data();
        part.u.header.size = static_cast<ssize_t>(header.value.size());
        parts.push_back(part);
    }
    rd_kafka_error_t* const error = rd_kafka_produceva(&producer, parts.data(), parts.size());
    if (error == nullptr) return RD_KAFKA_RESP_ERR_NO_ERROR;
    return rd_kafka_error_code(ErrorHandle(error).get());
}

}  // namespace flightcast::eventlog::kafka
