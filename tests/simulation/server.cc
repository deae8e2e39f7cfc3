// SPDX-License-Identifier: Apache-2.0
#include "server.h"

#include <algorithm>
#include <cstdio>
#include <deque>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "eventlog/replay.h"

namespace flightcast::simulation {

using base::Result;
using base::SteadyTime;
using eventlog::NewRecord;
using gateway::delivery::ClientId;
using gateway::delivery::SharedOutcome;

namespace {

constexpr std::int32_t kPartitions = 3;
constexpr std::size_t kDistantProcesses = 2;

// How long settle() lets time pass while all is put off.
constexpr auto kSettled = std::chrono::seconds(1);

// Where the processes' log lines and figures go: nobody looks at them.
struct Telemetry {
    std::FILE* nowhere = std::fopen("/dev/null", "w");
    base::SystemClock clock;
    telemetry::Log log{{.level = telemetry::LogLevel::error, .out = nowhere}, clock};
    telemetry::Metrics metrics;
};

Telemetry& shared_telemetry() {
    static Telemetry shared;
    return shared;
}

// Another score at every call, so that a repeated response differs from the first.
scoring::CurrentModel restless_model(base::Random& random) {
    const auto draw = [&random] {
        flight::Probabilities p{random.unit(), random.unit(), random.unit(), random.unit()};
        const double sum = p[0] + p[1] + p[2] + p[3];
        for (double& share : p) share /= sum;
        return flight::Answer{.probabilities = p};
    };
    return scoring::fixed_model(
        {.id = "simulated@1", .answer = [draw](std::span<const flight::Request> requests) {
             std::vector<flight::Answer> answers;
             for (std::size_t i = 0; i < requests.size(); ++i) answers.push_back(draw());
             return answers;
         }}
    );
}

}  // namespace

struct Server::Sink final : gateway::delivery::DeliverySink {
    OnDelivery on_delivery;
    std::deque<base::Uuid> look_ups;  // unanswered

    void deliver(ClientId client, const SharedOutcome& outcome) override {
        on_delivery(client, outcome);
    }
    void timed_out(ClientId, const base::Uuid&) override {}
    void look_up(const base::Uuid& id) override { look_ups.push_back(id); }
};

Server::Server(Disk disk, Bug bug, OnDelivery on_delivery)
    : disk_(disk),
      log_(eventlog::local::LocalLog::open(disk.log, disk.clock).value()),
      seen_log_(*log_, disk.shape, bug),
      writer_(log_->open_writer().value()),
      processes_(disk.shape == Shape::embedded ? 1 : kDistantProcesses),
      sink_(std::make_unique<Sink>()) {
    for (const pipeline::TopicRule& rule : stages::topic_table(kNames.topics)) {
        FC_CHECK(log_->admin().create_topic(
            {.name = rule.name, .partitions = rule.partitions.value_or(kPartitions)}
        ));
    }
    for (std::size_t i = 0; i < processes_.size(); ++i) start_process(i);
    follow_outcomes(std::move(on_delivery));
}

Server::~Server() = default;

void Server::start_process(std::size_t index) {
    processes_[index].reset();
    std::vector<pipeline::StageSpec> table = stages::stage_table(
        kNames,
        {.scorer =
             scoring::ScorerParts{
                 .model = restless_model(disk_.random), .clock = disk_.clock, .zone = {}
             },
         .archiver = scoring::ArchiverParts{.store = disk_.store, .clock = disk_.clock}}
    );
    for (pipeline::StageSpec& stage : table) stage.options.batch_max = 1 + disk_.random.below(8);
    processes_[index] = pipeline::Pipeline::open({
                                                     .log = seen_log_,
                                                     .stages = std::move(table),
                                                     .chores = {},
                                                     .instance_id = std::to_string(index),
                                                     .clock = disk_.clock,
                                                     .random = disk_.random,
                                                     .metrics = shared_telemetry().metrics,
                                                     .logger = shared_telemetry().log.stage("s"),
                                                     .on_end = {},
                                                 })
                            .value();
}

void Server::restart_process() {
    start_process(disk_.random.below(processes_.size()));
}

void Server::follow_outcomes(OnDelivery on_delivery) {
    eventlog::Replay outcomes = eventlog::open_replay(
                                    *log_,
                                    {.topics = kNames.topics.outcomes(),
                                     .behind_group = kNames.archiver_group,
                                     .window = base::limits::kReplayWindow},
                                    disk_.clock.wall_now()
    )
                                    .value();
    sink_->on_delivery = std::move(on_delivery);
    deliveries_.emplace(
        *sink_, gateway::delivery::DeliveryOptions{.cache_bytes_max = disk_.cache_bytes}
    );
    follower_.emplace(std::move(outcomes), kNames.topics, *deliveries_);
}

void Server::append(std::string value, std::string key, eventlog::Done done) {
    std::vector<NewRecord> one(1);
    one[0] = {.topic = kNames.topics.request, .key = std::move(key), .value = std::move(value)};
    static_cast<void>(writer_->append(std::move(one), std::move(done)));
}

bool Server::step_follower() {
    const Result<std::size_t> records = follower_->step();
    return records && *records > 0;
}

bool Server::answer_look_up() {
    if (sink_->look_ups.empty()) return false;
    const base::Uuid id = sink_->look_ups.front();
    sink_->look_ups.pop_front();
    SharedOutcome found;
    disk_.store.find(id, [&found](Result<std::optional<store::StoredOutcome>> stored) {
        if (!stored || !*stored) return;
        found = std::make_shared<const flight::Outcome>(std::move((*stored)->outcome));
    });
    deliveries_->found(id, found);
    return true;
}

std::vector<pipeline::Worker*> Server::workers() const {
    std::vector<pipeline::Worker*> all;
    for (const auto& process : processes_) {
        for (const auto& worker : process->workers()) all.push_back(worker.get());
    }
    return all;
}

bool Server::step_something() {
    const std::vector<pipeline::Worker*> all = workers();
    const std::uint64_t choice = disk_.random.below(all.size() + 3);
    if (choice < all.size()) {
        const SteadyTime now = disk_.clock.steady_now();
        return all[choice]->step(now) <= now;
    }
    switch (choice - all.size()) {
        case 0:
            return disk_.shape == Shape::distant && log_->step();
        case 1:
            return step_follower();
        default:
            return answer_look_up();
    }
}

void Server::settle() {
    const SteadyTime end = disk_.clock.steady_now() + kSettled;
    while (true) {
        const SteadyTime now = disk_.clock.steady_now();
        SteadyTime next = SteadyTime::max();
        for (pipeline::Worker* const worker : workers()) next = std::min(next, worker->step(now));
        bool worked = next <= now;
        worked |= disk_.shape == Shape::distant && log_->step();
        worked |= step_follower();
        worked |= answer_look_up();
        if (worked) continue;
        if (next > end) return;
        disk_.clock.advance(next - now);
    }
}

}  // namespace flightcast::simulation
