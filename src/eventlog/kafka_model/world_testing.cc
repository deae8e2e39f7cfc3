// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka_model/world_testing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace flightcast::eventlog::kafka_model {

using base::Errc;
using base::Result;

namespace {

using namespace std::chrono_literals;

constexpr auto kBackOff = 20ms;

}  // namespace

Worker::Worker(Cluster& cluster, std::string name, ModelLog::Options options)
    : cluster_(cluster),
      name_(std::move(name)),
      log_(std::make_unique<ModelLog>(cluster, std::move(options))) {
    auto member = log_->join_group({.group = "g", .topics = {"in"}, .instance_id = name_});
    EXPECT_TRUE(member) << member.error().detail;
    member_ = *std::move(member);
}

bool Worker::is_ready() const {
    return !is_ended() && !log_->standing("place in the group") &&
           !log_->standing("partitions without owner") && !log_->standing("positions in doubt");
}

void Worker::back_off() {
    is_waiting_ = true;
    has_failed_ = false;
    retry_at_ = cluster_.clock().steady_now() + kBackOff;
}

void Worker::step() {
    if (is_ended() || is_frozen_) return;
    log_->step();
    if (!may_work_) return member_->attend();
    if (has_failed_) back_off();
    if (is_waiting_) {
        if (cluster_.clock().steady_now() < retry_at_ || in_flight_ > 0) return;
        const Result<void> rewound = member_->rewind();
        if (!rewound && rewound.error().code == Errc::fenced) has_been_fenced_ = true;
        if (rewound) is_waiting_ = false;
        return;
    }
    if (in_flight_ >= 4) return;
    const auto records = member_->poll(8);
    if (!records) {
        if (records.error().code == Errc::fenced) has_been_fenced_ = true;
        back_off();
        return;
    }
    if (records->empty()) return;
    std::vector<NewRecord> outputs;
    for (const Record& record : *records) {
        outputs.push_back({.topic = "out", .key = record.key, .value = record.value});
    }
    ++in_flight_;
    const auto queued =
        member_->publish(std::move(outputs), positions_after(*records), [this](Result<void> done) {
            --in_flight_;
            if (!done) has_failed_ = true;
        });
    if (queued) return;
    --in_flight_;
    back_off();
}

void Worker::stop(base::SteadyTime end_by) {
    if (!member_) return;
    freeze(false);
    member_->end_by(end_by);
    member_.reset();
    log_.reset();
}

void Worker::kill() {
    log_->kill();
    stop();
}

void Worker::freeze(bool is_frozen) {
    is_frozen_ = is_frozen;
    log_->freeze(is_frozen);
}

World::World(std::uint64_t seed, ModelLog::Options options, std::int32_t partitions)
    : cluster(clock, seed), options_(std::move(options)) {
    cluster.create("in", partitions);
    cluster.create("out", partitions);
}

Worker& World::start(const std::string& name) {
    workers.push_back(std::make_unique<Worker>(cluster, name, options_));
    return *workers.back();
}

void World::request(int count) {
    for (int i = 0; i < count; ++i) {
        const std::string id = "r" + std::to_string(++last_);
        ASSERT_TRUE(cluster.append({.topic = "in", .key = id, .value = id}));
        requests_.push_back(id);
    }
}

void World::run(std::chrono::milliseconds time) {
    const auto end = clock.steady_now() + time;
    while (clock.steady_now() < end) {
        cluster.pass(1ms);
        for (const auto& worker : workers) {
            if (cluster.random().below(4) > 0) worker->step();
        }
    }
}

std::optional<std::chrono::milliseconds> World::run_until(
    const std::function<bool()>& condition, std::chrono::milliseconds patience
) {
    const auto begin = clock.steady_now();
    while (!condition()) {
        if (clock.steady_now() - begin > patience) return std::nullopt;
        run(10ms);
    }
    return std::chrono::ceil<std::chrono::milliseconds>(clock.steady_now() - begin);
}

std::map<std::string, int> World::answers() {
    std::map<std::string, int> found;
    for (const PartitionLog& log : cluster.topics.at("out").partitions) {
        for (const Stored& stored : log.stored) {
            if (cluster.is_visible(stored)) ++found[*stored.record->value];
        }
    }
    return found;
}

std::size_t World::unanswered() {
    const std::map<std::string, int> found = answers();
    return static_cast<std::size_t>(std::ranges::count_if(requests_, [&](const std::string& id) {
        return !found.contains(id);
    }));
}

std::size_t World::doubled() {
    std::size_t count = 0;
    for (const auto& [id, times] : answers()) count += static_cast<std::size_t>(times - 1);
    return count;
}

bool World::is_shared_out() const {
    std::size_t owned = 0;
    for (const auto& worker : workers) {
        if (!worker->is_ended()) owned += worker->partitions();
    }
    return owned == cluster.topics.at("in").partitions.size();
}

}  // namespace flightcast::eventlog::kafka_model
