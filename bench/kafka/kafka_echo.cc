// SPDX-License-Identifier: Apache-2.0
//
// The floor of what a service between two topics costs: librdkafka alone, one thread, every record
// written to the other topic as it came. Settings for latency as ours; positions are committed by
// librdkafka itself, without waiting for acknowledgements, so it promises less.
//
//     kafka_echo BROKERS FROM TO GROUP
#include <librdkafka/rdkafka.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <span>

namespace {

volatile std::sig_atomic_t stopping = 0;

struct Setting {
    const char* name;
    const char* value;
};

constexpr std::array kProducer = {
    Setting{"acks", "all"},
    Setting{"enable.idempotence", "true"},
    Setting{"linger.ms", "0"},
    Setting{"socket.nagle.disable", "true"},
};
constexpr std::array kConsumer = {
    Setting{"auto.offset.reset", "earliest"},
    Setting{"socket.nagle.disable", "true"},
    Setting{"fetch.wait.max.ms", "100"},
    Setting{"fetch.error.backoff.ms", "20"},
};

rd_kafka_t* open(
    rd_kafka_type_t type, std::span<const Setting> settings, const char* brokers, const char* group
) {
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    std::array<char, 512> text{};
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers, text.data(), text.size());
    if (group != nullptr) rd_kafka_conf_set(conf, "group.id", group, text.data(), text.size());
    for (const Setting& setting : settings) {
        if (rd_kafka_conf_set(conf, setting.name, setting.value, text.data(), text.size()) !=
            RD_KAFKA_CONF_OK) {
            std::fprintf(stderr, "kafka_echo: %s\n", text.data());
            std::exit(1);
        }
    }
    rd_kafka_t* const client = rd_kafka_new(type, conf, text.data(), text.size());
    if (client == nullptr) {
        std::fprintf(stderr, "kafka_echo: %s\n", text.data());
        std::exit(1);
    }
    return client;
}

void echo(rd_kafka_t* consumer, rd_kafka_t* producer, const char* to) {
    while (stopping == 0) {
        rd_kafka_message_t* const message = rd_kafka_consumer_poll(consumer, 100);
        rd_kafka_poll(producer, 0);
        if (message == nullptr) continue;
        while (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            const rd_kafka_resp_err_t code = rd_kafka_producev(
                producer,
                RD_KAFKA_V_TOPIC(to),
                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                RD_KAFKA_V_KEY(message->key, message->key_len),
                RD_KAFKA_V_VALUE(message->payload, message->len),
                RD_KAFKA_V_END
            );
            if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) break;
            rd_kafka_poll(producer, 10);
        }
        rd_kafka_message_destroy(message);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::fputs("usage: kafka_echo BROKERS FROM TO GROUP\n", stderr);
        return 2;
    }
    const std::span<char*> words(argv, static_cast<std::size_t>(argc));
    for (const int number : {SIGTERM, SIGINT}) {
        std::signal(number, [](int) { stopping = 1; });
    }
    rd_kafka_t* const producer = open(RD_KAFKA_PRODUCER, kProducer, words[1], nullptr);
    rd_kafka_t* const consumer = open(RD_KAFKA_CONSUMER, kConsumer, words[1], words[4]);
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t* const topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, words[2], RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    echo(consumer, producer, words[3]);
    rd_kafka_flush(producer, 2'000);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    rd_kafka_destroy(producer);
    return 0;
}
