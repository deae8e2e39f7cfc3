// SPDX-License-Identifier: Apache-2.0
//
// Counts the records of a topic as they come, and tells by their time stamps how fast they were
// appended. Prints one line of JSON; exits with 1 when there are fewer within two minutes.
//
//     kafka_drain BROKERS TOPIC COUNT
#include <librdkafka/rdkafka.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

namespace {

using namespace std::chrono_literals;

rd_kafka_t* follow(const char* brokers, const char* topic) {
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    std::array<char, 512> text{};
    const std::array<std::array<const char*, 2>, 3> settings = {{
        {"bootstrap.servers", brokers},
        {"group.id", "kafka-drain"},
        {"enable.auto.commit", "false"},
    }};
    for (const auto& [name, value] : settings) {
        rd_kafka_conf_set(conf, name, value, text.data(), text.size());
    }
    rd_kafka_t* const consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text.data(), text.size());
    if (consumer == nullptr) {
        std::fprintf(stderr, "kafka_drain: %s\n", text.data());
        std::exit(1);
    }
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, 0)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    return consumer;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: kafka_drain BROKERS TOPIC COUNT\n", stderr);
        return 2;
    }
    const std::span<char*> words(argv, static_cast<std::size_t>(argc));
    const long long count = std::atoll(words[3]);
    rd_kafka_t* const consumer = follow(words[1], words[2]);
    const auto deadline = std::chrono::steady_clock::now() + 2min;
    long long seen = 0;
    std::int64_t first_ms = 0;
    std::int64_t last_ms = 0;
    while (seen < count && std::chrono::steady_clock::now() < deadline) {
        rd_kafka_message_t* const message = rd_kafka_consumer_poll(consumer, 100);
        if (message == nullptr) continue;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            rd_kafka_timestamp_type_t type{};
            last_ms = rd_kafka_message_timestamp(message, &type);
            if (seen++ == 0) first_ms = last_ms;
        }
        rd_kafka_message_destroy(message);
    }
    std::printf(
        "{\"records\": %lld, \"seconds\": %.3f}\n",
        seen,
        static_cast<double>(last_ms - first_ms) / 1'000
    );
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return seen == count ? 0 : 1;
}
