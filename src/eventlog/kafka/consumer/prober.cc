// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/consumer/prober.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <span>

#include "eventlog/kafka/client/ending.h"
#include "eventlog/kafka/client/messages.h"
#include "eventlog/kafka/client/partition_lists.h"
#include "eventlog/kafka/client/settings.h"

namespace flightcast::eventlog::kafka {

using base::Result;
using membership::Probe;

namespace {

using namespace std::chrono_literals;

constexpr auto kLookPatience = 1s;  // of one look
constexpr auto kProberEndPatience = 2s;

// One record of each partition is enough; but the queue must not become full, or librdkafka does
// not look at it again for a second.
const OwnSettings kOwn = {
    {"group.id", kReadersGroup},
    {"fetch.message.max.bytes", "16384"},
    {"fetch.wait.max.ms", "10"},
};

}  // namespace

Prober::~Prober() {
    if (!client_) return;
    const bool is_closed = close_consumer(*client_, kProberEndPatience);
    queue_.reset();
    if (is_closed) {
        end_client(std::move(client_), kProberEndPatience);
    } else {
        leave_client(std::move(client_), {});
    }
}

Result<void> Prober::open() {
    if (client_) return {};
    FC_TRY(ConfHandle conf, make_conf(options_, Role::plain_reader, kOwn));
    FC_TRY(client_, make_client(RD_KAFKA_CONSUMER, std::move(conf), *this));
    rd_kafka_poll_set_consumer(client_.get());
    queue_.reset(rd_kafka_queue_get_consumer(client_.get()));
    return {};
}

std::vector<Probe> Prober::probe(const std::vector<Position>& places) {
    std::vector<Probe> probes;
    probes.reserve(places.size());
    for (const Position& place : places) probes.push_back({.at = place.at, .proof = {}});
    const std::lock_guard lock(mutex_);
    if (!open()) return probes;
    // A partition is read at one place at a time.
    std::vector<std::size_t> left(places.size());
    for (std::size_t i = 0; i < left.size(); ++i) left[i] = i;
    while (!left.empty()) {
        Sought sought;
        std::vector<std::size_t> later;
        for (const std::size_t i : left) {
            if (!sought.try_emplace(places[i].at, i).second) later.push_back(i);
        }
        look(places, std::move(sought), probes);
        left = std::move(later);
    }
    return probes;
}

void Prober::take(
    const rd_kafka_message_t& message,
    const std::vector<Position>& places,
    Sought& sought,
    std::vector<Probe>& probes
) {
    if (message.rkt == nullptr) {
        trouble().note(message.err, rd_kafka_message_errstr(&message));
        return;
    }
    const TopicPartition at{rd_kafka_topic_name(message.rkt), PartitionId(message.partition)};
    const auto known = sought.find(at);
    if (known == sought.end()) return;
    const std::int64_t wanted = places[known->second].next.value();
    Probe& probe = probes[known->second];
    switch (message.err) {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            if (message.offset < wanted) return;
            probe.kind = message.offset == wanted ? Probe::Kind::record : Probe::Kind::nothing;
            if (message.offset == wanted) probe.proof = membership::proof_of(record_of(message));
            break;
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            if (message.offset < wanted) return;
            probe.kind = message.offset > wanted ? Probe::Kind::nothing : Probe::Kind::outside;
            break;
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
            probe.kind = Probe::Kind::outside;
            break;
        default:
            break;  // Unknown it stays.
    }
    sought.erase(known);
}

void Prober::look(const std::vector<Position>& places, Sought sought, std::vector<Probe>& probes) {
    std::vector<Position> wanted;
    for (const auto& [at, i] : sought) wanted.push_back(places[i]);
    rd_kafka_assign(client_.get(), list_of(wanted).get());
    const auto deadline = std::chrono::steady_clock::now() + kLookPatience;
    rd_kafka_message_t* message = nullptr;
    while (!sought.empty()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now()
        );
        if (left.count() <= 0) break;
        const ssize_t count =
            rd_kafka_consume_batch_queue(queue_.get(), static_cast<int>(left.count()), &message, 1);
        if (count <= 0) continue;
        take(*message, places, sought, probes);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_assign(client_.get(), nullptr);
}

}  // namespace flightcast::eventlog::kafka
