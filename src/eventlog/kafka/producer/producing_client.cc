// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/producer/producing_client.h"

#include <optional>
#include <vector>

namespace flightcast::eventlog::kafka {

namespace {

using HeadersHandle = Handle<rd_kafka_headers_t, rd_kafka_headers_destroy>;

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

rd_kafka_topic_t* ProducingClient::topic(const std::string& name) {
    const std::lock_guard lock(mutex_);
    TopicHandle& known = topics_[name];
    if (!known) known.reset(rd_kafka_topic_new(client_.get(), name.c_str(), nullptr));
    return known.get();
}

rd_kafka_resp_err_t ProducingClient::produce(const NewRecord& record, void* opaque) {
    rd_kafka_topic_t* const topic_handle = topic(record.topic);
    if (topic_handle == nullptr) return rd_kafka_last_error();
    std::vector<rd_kafka_vu_t> parts;
    parts.reserve(6);
    rd_kafka_vu_t part{};
    part.vtype = RD_KAFKA_VTYPE_RKT;
    part.u.rkt = topic_handle;
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
    const ErrorHandle error(rd_kafka_produceva(client_.get(), parts.data(), parts.size()));
    if (error) return rd_kafka_error_code(error.get());
    static_cast<void>(headers.release());  // They are the message's.
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace flightcast::eventlog::kafka
