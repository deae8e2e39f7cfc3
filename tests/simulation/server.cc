// SPDX-License-Identifier: Apache-2.0
#include "server.h"

#include <deque>
#include <utility>

#include "base/check.h"

namespace flightcast::simulation {

using base::Result;
using eventlog::NewRecord;
using eventlog::Position;
using eventlog::Record;
using gateway::delivery::ClientId;
using gateway::delivery::SharedOutcome;
using scoring::StepOutcome;

namespace {

constexpr std::size_t kScorers = 2;

// Commits positions first and outputs later: what a stage must not do.
class HastyReader final : public eventlog::GroupReader {
  public:
    HastyReader(std::unique_ptr<eventlog::GroupReader> reader, eventlog::Writer& writer)
        : reader_(std::move(reader)), writer_(writer) {}
    Result<std::vector<Record>> poll(std::size_t records_max) override {
        for (auto& outputs : std::exchange(held_, {})) {
            static_cast<void>(writer_.append(std::move(outputs), {}));
        }
        return reader_->poll(records_max);
    }
    void on_ready(std::function<void()> wake) override { reader_->on_ready(std::move(wake)); }
    [[nodiscard]] std::vector<Position> positions() const override { return reader_->positions(); }
    Result<void> publish(
        std::vector<NewRecord> outputs, std::vector<Position> consumed, eventlog::Done done
    ) override {
        held_.push_back(std::move(outputs));
        return reader_->publish({}, std::move(consumed), std::move(done));
    }
    Result<void> rewind() override { return reader_->rewind(); }
    void on_revoke(std::function<void(const std::vector<eventlog::TopicPartition>&)> f) override {
        reader_->on_revoke(std::move(f));
    }

  private:
    std::unique_ptr<eventlog::GroupReader> reader_;
    eventlog::Writer& writer_;
    std::vector<std::vector<NewRecord>> held_;
};

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

struct Server::Scorer {
    scoring::Scorer scorer;
    std::unique_ptr<eventlog::GroupReader> reader;
    std::optional<scoring::Stage> stage;
};

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
      bug_(bug),
      log_(eventlog::local::LocalLog::open(disk.log, disk.clock).value()),
      writer_(log_->open_writer().value()),
      archiver_(disk.store, kResponseTopic),
      sink_(std::make_unique<Sink>()) {
    for (const char* topic : {kRequestTopic, kResponseTopic, kDeadLetterTopic}) {
        FC_CHECK(log_->admin().create_topic({.name = topic, .partitions = 3, .retention = {}}));
    }
    scorers_.resize(kScorers);
    for (std::size_t i = 0; i < kScorers; ++i) start_scorer(i);
    const std::vector<std::string> topics = {kResponseTopic, kDeadLetterTopic};
    archiver_reader_ =
        log_->join_group({.group = "archiver", .topics = topics, .instance_id = "a"}).value();
    archiver_stage_.emplace(
        *archiver_reader_,
        [this](const auto& records) { return archiver_.process(records); },
        disk_.clock,
        scoring::StageOptions{.batch_max = 1 + disk_.random.below(8)}
    );
    const auto now = std::chrono::floor<std::chrono::milliseconds>(disk_.clock.wall_now());
    const std::vector<Position> start =
        gateway::delivery::replay_start(
            log_->admin(), topics, "archiver", now - base::limits::kReplayWindow
        )
            .value();
    outcomes_ =
        log_->open_reader({.topics = topics, .start = eventlog::FromPositions{start}}).value();
    sink_->on_delivery = std::move(on_delivery);
    deliveries_.emplace(
        *sink_, gateway::delivery::DeliveryOptions{.cache_bytes_max = disk_.cache_bytes}
    );
    follower_.emplace(*outcomes_, kResponseTopic, *deliveries_, std::vector<Position>{});
}

Server::~Server() = default;

void Server::start_scorer(std::size_t index) {
    scorers_[index].reset();
    scoring::ScorerOptions options{
        .response_topic = kResponseTopic, .dead_letter_topic = kDeadLetterTopic
    };
    auto scorer = std::make_unique<Scorer>(Scorer{
        .scorer = scoring::Scorer(restless_model(disk_.random), disk_.clock, std::move(options)),
        .reader = log_->join_group({.group = "scorer",
                                    .topics = {kRequestTopic},
                                    .instance_id = std::to_string(index)})
                      .value(),
        .stage = std::nullopt
    });
    if (bug_ == Bug::positions_before_outputs) {
        scorer->reader = std::make_unique<HastyReader>(std::move(scorer->reader), *writer_);
    }
    scorer->stage.emplace(
        *scorer->reader,
        [&engine = scorer->scorer](const auto& records) -> Result<std::vector<NewRecord>> {
            return engine.process(records);
        },
        disk_.clock,
        scoring::StageOptions{.batch_max = 1 + disk_.random.below(8)}
    );
    scorers_[index] = std::move(scorer);
}

void Server::restart_scorer() {
    start_scorer(disk_.random.below(kScorers));
}

void Server::append(std::string value, std::string key, eventlog::Done done) {
    std::vector<NewRecord> one(1);
    one[0] = {.topic = kRequestTopic, .key = std::move(key), .value = std::move(value)};
    static_cast<void>(writer_->append(std::move(one), std::move(done)));
}

bool Server::step_scorer(Scorer& scorer) {
    return scorer.stage->step() == StepOutcome::worked;
}

bool Server::step_archiver() {
    return archiver_stage_->step() == StepOutcome::worked;
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

bool Server::step_something() {
    switch (disk_.random.below(7)) {
        case 0:
        case 1:
            return log_->step();
        case 2:
            return step_scorer(*scorers_[0]);
        case 3:
            return step_scorer(*scorers_[1]);
        case 4:
            return step_archiver();
        case 5:
            return step_follower();
        default:
            return answer_look_up();
    }
}

void Server::settle() {
    bool worked = true;
    while (worked) {
        worked = log_->step();
        for (const auto& scorer : scorers_) worked |= step_scorer(*scorer);
        worked |= step_archiver();
        worked |= step_follower();
        worked |= answer_look_up();
    }
}

}  // namespace flightcast::simulation
