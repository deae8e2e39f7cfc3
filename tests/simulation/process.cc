// SPDX-License-Identifier: Apache-2.0
#include "process.h"

#include <algorithm>
#include <cstdio>
#include <future>
#include <utility>

#include "base/check.h"
#include "base/deadlines.h"
#include "base/limits.h"
#include "eventlog/sqlite/sqlite_storage.h"
#include "pipeline/upkeep.h"
#include "store/sqlite/sqlite_store.h"

namespace flightcast::simulation {

using base::Result;
using base::SteadyTime;
using namespace std::chrono_literals;

namespace {

// The loop, the keeper, the store, the log, the supervisor.
constexpr std::size_t kOtherTurns = 5;

constexpr std::size_t kSmallCache = 2'000;
constexpr auto kReachPatience = 1s;
constexpr auto kLastWait = std::chrono::microseconds(1s);

// The parts of a model's number in the probability of class 0.
constexpr double kModelNumbers = 1'024;

// Where the processes' log lines and figures go: the simulation looks at neither.
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

flight::Answer answer_of(std::size_t model, base::Random& random) {
    const double first = static_cast<double>(model) / kModelNumbers;
    const double second = random.unit() * (1 - first);
    const double third = random.unit() * (1 - first - second);
    return {.probabilities = {first, second, third, 1 - first - second - third}};
}

}  // namespace

Process::Process(Site& site, Role role, std::string name)
    : site_(site), role_(role), name_(std::move(name)) {}

// Clients of the log go before it.
Process::~Process() {
    if (log_ != nullptr) log_->forget();
    threads_.clear();
    supervisor_.reset();
    pipeline_.reset();
    endpoints_.reset();
    gate_.reset();
    tasks_.clear();
    store_.reset();
    log_.reset();
    kafka_log_.reset();
    keeper_.reset();
    local_log_.reset();
}

Result<void> Process::open_log() {
    if (site_.cluster) {
        kafka_log_ = std::make_unique<eventlog::kafka_model::ModelLog>(
            *site_.cluster,
            eventlog::kafka_model::ModelLog::Options{.exactly_once = site_.plan.exactly_once}
        );
        log_ = std::make_unique<ProcessLog>(*kafka_log_);
        return {};
    }
    const std::filesystem::path file = site_.folder / "flightcast.db";
    FC_TRY(auto storage, eventlog::sqlite::SqliteStorage::open(file));
    FC_TRY(local_log_, eventlog::local::LocalLog::open(std::move(storage), site_.clock));
    log_ = std::make_unique<ProcessLog>(*local_log_);
    if (!site_.plan.has_distant_store) {
        FC_TRY(own_store_, store::sqlite::SqliteStore::open(file, site_.clock));
    }
    FC_TRY(keeper_, sqlite::WalKeeper::open(file, {[](auto&) {}, [](auto&) {}}));
    return {};
}

Result<void> Process::open_gateway() {
    gateway::EndpointOptions options{
        .topics = kNames.topics,
        .replay =
            {.topics = kNames.topics.outcomes(),
             .behind_group = kNames.archiver_group,
             .window = base::limits::kReplayWindow},
        .secret = std::string(32, 's')
    };
    if (site_.plan.small_cache) options.delivery.cache_bytes_max = kSmallCache;
    options.socketio.engine.path = "/socket.io/";
    FC_TRY(
        endpoints_,
        gateway::Endpoints::open(
            {.log = *log_,
             .store = &*store_,
             .routes = site_.routes,
             .find_page = [](std::string_view) { return std::nullopt; },
             .clock = site_.clock,
             .random = site_.random,
             .metrics = shared_telemetry().metrics,
             .health = health_,
             .logger = shared_telemetry().log.stage(name_),
             .log_trouble = [this] { return log_->condition().trouble; }},
            std::move(options),
            [this](auto task) { tasks_.push_back(std::move(task)); }
        )
    );
    gate_ = std::make_shared<Gate>(endpoints_->sockets());
    return {};
}

Result<void> Process::open() {
    FC_TRY_VOID(open_log());
    const bool is_distant = own_store_ == nullptr;
    store_.emplace(
        is_distant ? site_.store : *own_store_,
        site_.store_faults,
        is_distant,
        [this](std::chrono::microseconds time) {
            stalled_ += time;
            if (site_.cluster) return site_.cluster->pass(time);
            site_.clock.advance(time);
        }
    );
    if (role_ != Role::scorer) FC_TRY_VOID(open_gateway());
    if (!site_.cluster && !is_distant) return begin();
    supervise();
    return {};
}

scoring::CurrentModel Process::model() {
    return [this] {
        ModelInUse& model = site_.model;
        if (model.asks_until_swap == 1) ++model.number;
        if (model.asks_until_swap > 0) --model.asks_until_swap;
        return std::make_shared<const scoring::Model>(scoring::Model{
            .id = "simulated@" + std::to_string(model.number),
            .answer = [this, number = model.number](std::span<const flight::Request> requests) {
                std::vector<flight::Answer> answers;
                for (std::size_t i = 0; i < requests.size(); ++i) {
                    answers.push_back(answer_of(number, site_.random));
                }
                return answers;
            }
        });
    };
}

std::vector<pipeline::StageSpec> Process::stages() {
    std::vector<pipeline::StageSpec> table = stages::stage_table(
        kNames,
        {.scorer = scoring::ScorerParts{.model = model(), .clock = site_.clock, .zone = {}},
         .archiver = scoring::ArchiverParts{.store = *store_, .clock = site_.clock}}
    );
    for (pipeline::StageSpec& stage : table) stage.options.batch_max = 1 + site_.random.below(8);
    return table;
}

std::vector<pipeline::Chore> Process::chores() {
    eventlog::Embedded* const log = log_->embedded();
    if (log == nullptr) return {};
    return {{1s, [log] { log->look(); }}};
}

Result<void> Process::start_stages() {
    FC_TRY(
        pipeline_,
        pipeline::Pipeline::open(
            {.log = *log_,
             .stages = stages(),
             .chores = chores(),
             .instance_id = name_,
             .clock = site_.clock,
             .random = site_.random,
             .metrics = shared_telemetry().metrics,
             .logger = shared_telemetry().log.stage(name_),
             .on_end = [this](base::Error error) { fatal_ = std::move(error); }}
        )
    );
    for (const auto& worker : pipeline_->workers()) {
        threads_.push_back({.machine = worker.get(), .due = site_.clock.steady_now()});
        worker->on_wake([woken = threads_.back().is_woken] { *woken = true; });
    }
    return {};
}

// As Process::begin() of app/serve: repeated until it succeeds.
Result<void> Process::begin() {
    FC_TRY_VOID(log_->reach(kReachPatience));
    for (const pipeline::TopicRule& rule : stages::topic_table(kNames.topics)) {
        const std::int32_t usual = site_.cluster ? 3 : 1;
        FC_TRY_VOID(log_->admin().create_topic(
            {.name = rule.name, .partitions = rule.partitions.value_or(usual)}
        ));
    }
    if (role_ != Role::gateway && pipeline_ == nullptr) FC_TRY_VOID(start_stages());
    if (endpoints_ == nullptr) return {};
    FC_TRY(
        eventlog::Replay outcomes,
        eventlog::open_replay(*log_, endpoints_->replay_options(), site_.clock.wall_now())
    );
    tasks_.push_back([this, outcomes = std::move(outcomes)]() mutable {
        endpoints_->follow(std::move(outcomes));
    });
    return {};
}

void Process::supervise() {
    std::vector<pipeline::Dependency> dependencies;
    dependencies.push_back({
        .name = "event log",
        .begin = [this] { return begin(); },
        .look = [this]() -> Result<void> {
            eventlog::Condition condition = log_->condition();
            if (condition.fatal) fatal_ = std::move(condition.fatal);
            if (condition.trouble) return std::unexpected(*condition.trouble);
            if (pipeline_ == nullptr) return {};
            if (const auto trouble = pipeline_->trouble()) return std::unexpected(*trouble);
            return {};
        },
    });
    dependencies.push_back(
        {.name = "store", .begin = [this] { return store_->reach(); }, .look = {}}
    );
    supervisor_.emplace(
        pipeline::SupervisorParts{
            .dependencies = std::move(dependencies),
            .health = health_,
            .logger = shared_telemetry().log.stage(name_),
            .on_end = [this](base::Error error) { fatal_ = std::move(error); }
        }
    );
}

bool Process::is_ready() const {
    return health_.report(telemetry::HealthScope::ready).healthy;
}

std::size_t Process::waiters() {
    endpoints_->publish({});
    const std::string text = shared_telemetry().metrics.text();
    constexpr std::string_view kName = "\nflightcast_waiters ";
    const std::size_t at = text.find(kName);
    FC_CHECK(at != std::string::npos);
    return std::stoul(text.substr(at + kName.size()));
}

void Process::look_in_store(
    const base::Uuid& id, const std::function<void(const flight::Outcome&)>& on_found
) {
    store::OutcomeStore& store = own_store_ == nullptr ? site_.store : *own_store_;
    std::promise<base::Result<std::optional<store::StoredOutcome>>> answer;
    store.find(id, [&answer](auto found) { answer.set_value(std::move(found)); });
    const auto found = answer.get_future().get();
    if (found && *found) on_found((*found)->outcome);
}

// One round of the gateway's event loop.
bool Process::turn_loop() {
    if (endpoints_ == nullptr) return false;
    const SteadyTime now = site_.clock.steady_now();
    const auto next =
        base::earlier(endpoints_->next_deadline(), endpoints_->sockets().next_deadline());
    const bool is_due = next && *next <= now;
    if (tasks_.empty() && !is_due) return false;
    for (auto& task : std::exchange(tasks_, {})) task();
    endpoints_->expire(now);
    endpoints_->sockets().expire(now);
    endpoints_->sockets().flush(now);
    gate_->settle(now);
    return true;
}

bool Process::turn_thread(Thread& thread) {
    const SteadyTime now = site_.clock.steady_now();
    if (thread.machine->has_ended()) return false;
    if (thread.due > now && !*thread.is_woken) return false;
    *thread.is_woken = false;
    thread.due = thread.machine->step(now);
    return true;
}

bool Process::turn_keeper() {
    const SteadyTime now = site_.clock.steady_now();
    if (!keeper_ || keeper_due_ > now) return false;
    keeper_due_ = now + keeper_->round();
    return true;
}

bool Process::turn_supervisor() {
    const SteadyTime now = site_.clock.steady_now();
    if (!supervisor_ || phase_ != Phase::working || supervisor_due_ > now) return false;
    supervisor_due_ = supervisor_->step(now);
    return supervisor_due_ > now;
}

// A log with threads of its own does not say whether it had something to do.
bool Process::turn(std::size_t choice, base::Random& random) {
    if (choice < threads_.size()) return turn_thread(threads_[choice]);
    switch (choice - threads_.size()) {
        case 0:
            return turn_keeper();
        case 1:
            return store_->answer(random);
        case 2:
            if (kafka_log_ != nullptr) kafka_log_->step();
            return false;
        case 3:
            return turn_supervisor();
        default:
            return turn_loop();
    }
}

bool Process::take_turn(base::Random& random) {
    if (is_frozen_ || is_killed_ || phase_ == Phase::ended) return false;
    if (phase_ != Phase::working) go_on_ending();
    return turn(random.below(threads_.size() + kOtherTurns), random);
}

bool Process::take_all_turns(base::Random& random) {
    if (is_frozen_ || is_killed_ || phase_ == Phase::ended) return false;
    if (phase_ != Phase::working) go_on_ending();
    bool has_worked = false;
    for (std::size_t i = 0; i < threads_.size() + kOtherTurns; ++i) has_worked |= turn(i, random);
    return has_worked;
}

SteadyTime Process::next_due() const {
    if (is_frozen_ || is_killed_ || phase_ == Phase::ended) return SteadyTime::max();
    SteadyTime next = phase_ == Phase::leaving ? leave_by_ : SteadyTime::max();
    for (const Thread& thread : threads_) {
        if (!thread.machine->has_ended()) next = std::min(next, thread.due);
    }
    if (supervisor_) next = std::min(next, supervisor_due_);
    if (keeper_) next = std::min(next, keeper_due_);
    if (endpoints_ == nullptr) return next;
    const auto due =
        base::earlier(endpoints_->next_deadline(), endpoints_->sockets().next_deadline());
    return due ? std::min(next, *due) : next;
}

void Process::stop(std::chrono::microseconds patience) {
    FC_CHECK(phase_ == Phase::working);
    const SteadyTime now = site_.clock.steady_now();
    phase_ = Phase::leaving;
    patience_ = patience;
    stalled_ = {};
    leave_by_ = now + patience / 2;
    if (endpoints_ != nullptr) endpoints_->leave(now + std::min(kLastWait, patience / 2));
}

// The order of the program's end: what is due to clients, the connections, then one worker after
// the other.
void Process::go_on_ending() {
    const SteadyTime now = site_.clock.steady_now();
    if (phase_ == Phase::leaving) {
        if (endpoints_ != nullptr && endpoints_->has_due() && now < leave_by_) return;
        if (endpoints_ != nullptr) {
            endpoints_->sockets().close_all(now);
            endpoints_->sockets().flush(now);
            gate_->settle(now);
        }
        phase_ = Phase::draining;
        if (!threads_.empty()) threads_.front().machine->end_by(now + patience_);
    }
    while (ending_ < threads_.size() && threads_[ending_].machine->has_ended()) {
        if (++ending_ < threads_.size()) threads_[ending_].machine->end_by(now + patience_);
    }
    if (ending_ < threads_.size()) {
        *threads_[ending_].is_woken = true;
        return;
    }
    phase_ = Phase::ended;
}

void Process::kill() {
    is_killed_ = true;
    log_->forget();
    if (kafka_log_ != nullptr) kafka_log_->kill();
}

void Process::freeze(bool is_frozen) {
    is_frozen_ = is_frozen;
    if (kafka_log_ != nullptr) kafka_log_->freeze(is_frozen);
}

}  // namespace flightcast::simulation
