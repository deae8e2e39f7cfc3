// SPDX-License-Identifier: Apache-2.0
//
// Measures whatever stands between two topics: appends requests to one and reads the other until
// each was answered. Open loop: a latency counts from the time at which its request was meant to be
// sent. Prints one line of JSON; exits with 1 when an answer is missing.
//
//     kafka_hops BROKERS TO FROM RATE COUNT WARMUP
//
// RATE is in requests per second, 0 appends all at once; the first WARMUP are not measured.
// With "-" for FROM it only appends. A request is one of flightcast's, with a key of its own, and
// its answer has the same key.
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/latency_histogram.h"

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kPatience = 60s;  // after the last request

struct Plan {
    const char* brokers;
    const char* to;
    const char* from;
    double rate;
    std::size_t count;
    std::size_t warmup;
};

rd_kafka_t* open(rd_kafka_type_t type, const char* brokers) {
    rd_kafka_conf_t* const conf = rd_kafka_conf_new();
    std::array<char, 512> text{};
    const std::array<std::array<const char*, 2>, 8> settings = {{
        {"bootstrap.servers", brokers},
        {"socket.nagle.disable", "true"},
        {"linger.ms", type == RD_KAFKA_PRODUCER ? "0" : "5"},
        {"acks", "all"},
        {"queue.buffering.max.messages", "2000000"},
        {"group.id", "kafka-hops"},
        {"fetch.wait.max.ms", "100"},
        {"fetch.error.backoff.ms", "20"},
    }};
    for (const auto& [name, value] : settings) {
        rd_kafka_conf_set(conf, name, value, text.data(), text.size());
    }
    rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
    rd_kafka_t* const client = rd_kafka_new(type, conf, text.data(), text.size());
    if (client == nullptr) {
        std::fprintf(stderr, "kafka_hops: %s\n", text.data());
        std::exit(1);
    }
    return client;
}

// Reads all partitions of `topic` from their present ends.
rd_kafka_t* follow(const char* brokers, const char* topic) {
    rd_kafka_t* const consumer = open(RD_KAFKA_CONSUMER, brokers);
    rd_kafka_topic_t* const handle = rd_kafka_topic_new(consumer, topic, nullptr);
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(consumer, 0, handle, &metadata, 10'000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        std::fputs("kafka_hops: no broker answers\n", stderr);
        std::exit(1);
    }
    rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(1);
    for (int i = 0; i < metadata->topics[0].partition_cnt; ++i) {
        std::int64_t low = 0;
        std::int64_t high = 0;
        rd_kafka_query_watermark_offsets(consumer, topic, i, &low, &high, 10'000);
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = high;
    }
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_assign(consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(handle);
    return consumer;
}

std::string uuid(std::mt19937_64& random) {
    std::array<char, 40> text{};
    const std::uint64_t a = random();
    const std::uint64_t b = random();
    std::snprintf(
        text.data(),
        text.size(),
        "%08x-%04x-4%03x-8%03x-%012llx",
        static_cast<unsigned>(a >> 32),
        static_cast<unsigned>((a >> 16) & 0xffff),
        static_cast<unsigned>(a & 0xfff),
        static_cast<unsigned>(b & 0xfff),
        static_cast<unsigned long long>(b >> 16)
    );
    return text.data();
}

std::string request(const std::string& id) {
    return R"({"DepDelay": 5.0, "Carrier": "AA", "FlightDate": "2016-12-25", "Dest": "SFO", )"
           R"("FlightNum": null, "Origin": "ATL", "Distance": 2139.0, "DayOfYear": 360, )"
           R"("DayOfMonth": 25, "DayOfWeek": 6, "Timestamp": "2016-12-25T15:07:40.123456", )"
           R"("UUID": ")" +
           id + "\"}";
}

// What was sent and when it was meant to be.
class Run {
  public:
    explicit Run(const Plan& plan) : plan_(plan) {
        std::mt19937_64 random(std::random_device{}());
        for (std::size_t i = 0; i < plan.count; ++i) ids_.push_back(uuid(random));
        for (std::size_t i = 0; i < plan.count; ++i) index_of_[ids_[i]] = i;
        answered_.resize(plan.count);
    }

    int run() {
        producer_ = open(RD_KAFKA_PRODUCER, plan_.brokers);
        if (std::string(plan_.from) == "-") return append_only();
        consumer_ = follow(plan_.brokers, plan_.from);
        begun_ = Clock::now() + 100ms;
        std::thread sender([this] { send(); });
        receive();
        sender.join();
        rd_kafka_flush(producer_, 5'000);
        report();
        rd_kafka_consumer_close(consumer_);
        rd_kafka_destroy(consumer_);
        rd_kafka_destroy(producer_);
        return answers_ == plan_.count ? 0 : 1;
    }

  private:
    [[nodiscard]] Clock::time_point meant(std::size_t index) const {
        if (plan_.rate <= 0) return begun_;
        const std::chrono::duration<double> after(static_cast<double>(index) / plan_.rate);
        return begun_ + std::chrono::duration_cast<Clock::duration>(after);
    }

    int append_only() {
        begun_ = Clock::now();
        send();
        const rd_kafka_resp_err_t code = rd_kafka_flush(producer_, 60'000);
        rd_kafka_destroy(producer_);
        return code == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : 1;
    }

    void send() {
        for (std::size_t i = 0; i < plan_.count; ++i) {
            if (plan_.rate > 0) std::this_thread::sleep_until(meant(i));
            const std::string value = request(ids_[i]);
            rd_kafka_producev(
                producer_,
                RD_KAFKA_V_TOPIC(plan_.to),
                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                RD_KAFKA_V_KEY(ids_[i].data(), ids_[i].size()),
                RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                RD_KAFKA_V_END
            );
            if (i % 64 == 0) rd_kafka_poll(producer_, 0);
        }
    }

    void receive() {
        const Clock::time_point deadline = meant(plan_.count) + kPatience;
        while (answers_ < plan_.count && Clock::now() < deadline) {
            rd_kafka_message_t* const message = rd_kafka_consumer_poll(consumer_, 100);
            if (message == nullptr) continue;
            if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) take(*message);
            rd_kafka_message_destroy(message);
        }
    }

    void take(const rd_kafka_message_t& message) {
        const Clock::time_point now = Clock::now();
        const std::string key(static_cast<const char*>(message.key), message.key_len);
        const auto found = index_of_.find(key);
        if (found == index_of_.end()) return;
        if (answered_[found->second]) {
            ++doubles_;
            return;
        }
        answered_[found->second] = true;
        ++answers_;
        last_ = now;
        if (found->second < plan_.warmup) return;
        const auto latency = now - meant(found->second);
        const auto us = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
        latencies_.record(static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0)));
    }

    void report() const {
        const std::chrono::duration<double> took = last_ - begun_;
        std::printf(
            "{\"sent\": %zu, \"answered\": %zu, \"doubles\": %zu, \"seconds\": %.3f, "
            "\"us_p50\": %llu, \"us_p95\": %llu, \"us_p99\": %llu, \"us_max\": %llu}\n",
            plan_.count,
            answers_,
            doubles_,
            took.count(),
            static_cast<unsigned long long>(latencies_.percentile(50)),
            static_cast<unsigned long long>(latencies_.percentile(95)),
            static_cast<unsigned long long>(latencies_.percentile(99)),
            static_cast<unsigned long long>(latencies_.max())
        );
    }

    const Plan plan_;
    rd_kafka_t* producer_ = nullptr;
    rd_kafka_t* consumer_ = nullptr;
    Clock::time_point begun_;
    Clock::time_point last_;
    std::vector<std::string> ids_;
    std::unordered_map<std::string, std::size_t> index_of_;
    std::vector<bool> answered_;
    std::size_t answers_ = 0;
    std::size_t doubles_ = 0;
    flightcast::base::LatencyHistogram latencies_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 7) {
        std::fputs("usage: kafka_hops BROKERS TO FROM RATE COUNT WARMUP\n", stderr);
        return 2;
    }
    const std::span<char*> words(argv, static_cast<std::size_t>(argc));
    const Plan plan{
        .brokers = words[1],
        .to = words[2],
        .from = words[3],
        .rate = std::atof(words[4]),
        .count = static_cast<std::size_t>(std::atoll(words[5])),
        .warmup = static_cast<std::size_t>(std::atoll(words[6])),
    };
    return Run(plan).run();
}
