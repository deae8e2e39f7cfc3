// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/client/client.h"

#include <array>
#include <string>

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::fail;
using base::Result;

namespace {

ClientEvents& events_of(void* opaque) {
    return *static_cast<ClientEvents*>(opaque);
}

void on_error(rd_kafka_t* client, int code, const char* reason, void* opaque) {
    ClientEvents& events = events_of(opaque);
    if (code != RD_KAFKA_RESP_ERR__FATAL) {
        events.trouble().note(static_cast<rd_kafka_resp_err_t>(code), reason);
        return;
    }
    std::array<char, kErrorTextBytes> text{};
    const rd_kafka_resp_err_t cause = rd_kafka_fatal_error(client, text.data(), text.size());
    events.broken(cause, text.data());
}

// Comes from any thread of librdkafka's. What matters comes as an error, too.
void on_log(const rd_kafka_t* client, int /*level*/, const char* facility, const char* line) {
    ClientEvents& events = events_of(rd_kafka_opaque(client));
    events.trouble().tell(NoticeLevel::debug, std::string("librdkafka ") + facility + ": " + line);
}

// A text that cannot be read is left out: the next one comes soon.
int on_statistics(rd_kafka_t* /*client*/, char* json, std::size_t size, void* opaque) {
    const auto figures = parse_figures(std::string_view(json, size));
    if (figures) events_of(opaque).measured(*figures);
    return 0;  // librdkafka frees the text.
}

void on_delivery(rd_kafka_t* /*client*/, const rd_kafka_message_t* message, void* opaque) {
    events_of(opaque).delivered(*message);
}

void on_rebalance(
    rd_kafka_t* /*client*/,
    rd_kafka_resp_err_t what,
    rd_kafka_topic_partition_list_t* partitions,
    void* opaque
) {
    events_of(opaque).rebalanced(what, *partitions);
}

void on_commit(
    rd_kafka_t* /*client*/,
    rd_kafka_resp_err_t code,
    rd_kafka_topic_partition_list_t* positions,
    void* opaque
) {
    if (positions != nullptr) events_of(opaque).committed(code, *positions);
}

}  // namespace

Result<ClientHandle> make_client(rd_kafka_type_t type, ConfHandle conf, ClientEvents& events) {
    rd_kafka_conf_set_opaque(conf.get(), &events);
    rd_kafka_conf_set_error_cb(conf.get(), on_error);
    rd_kafka_conf_set_log_cb(conf.get(), on_log);
    rd_kafka_conf_set_stats_cb(conf.get(), on_statistics);
    if (type == RD_KAFKA_PRODUCER) {
        rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);
    } else {
        rd_kafka_conf_set_rebalance_cb(conf.get(), on_rebalance);
        rd_kafka_conf_set_offset_commit_cb(conf.get(), on_commit);
    }
    std::array<char, kErrorTextBytes> text{};
    ClientHandle client(rd_kafka_new(type, conf.get(), text.data(), text.size()));
    if (!client) {
        return fail(Errc::invalid_argument, std::string("Kafka client: ") + text.data());
    }
    // librdkafka owns the configuration once it made a client of it.
    static_cast<void>(conf.release());
    return client;
}

}  // namespace flightcast::eventlog::kafka
