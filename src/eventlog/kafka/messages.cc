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

using HeadersHandle = Handle<rd_kafka_headers_t, rd_kafka_headers_destroy>;

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

// Null when there are none. A list of ours: of headers that are given one by one librdkafka (its
// issue 4627) frees the list twice when it refuses the record, because the topic is gone, say.
HeadersHandle headers_of(const NewRecord& record) {
    if (record.headers.empty()) return nullptr;
    HeadersHandle list(rd_kafka_headers_new(record.headers.size()));
    for (const auto& [name, value] : record.headers) {
        rd_kafka_header_add(
            list.get(),
            name.data(),
            static_cast<ssize_t>(name.size()),
            value.data(),
            static_cast<ssize_t>(value.size())
        );
    }
    return list;
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
    parts.reserve(6);
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
    HeadersHandle headers = headers_of(record);
    part.vtype = RD_KAFKA_VTYPE_HEADERS;
    part.u.headers = headers.get();
    if (headers) parts.push_back(part);
    const ErrorHandle error(rd_kafka_produceva(&producer, parts.data(), parts.size()));
    if (error) return rd_kafka_error_code(error.get());
    static_cast<void>(headers.release());  // They are the message's.
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace flightcast::eventlog::kafka
