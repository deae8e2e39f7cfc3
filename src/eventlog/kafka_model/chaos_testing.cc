// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka_model/chaos_testing.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

#include "eventlog/kafka_model/world_testing.h"

namespace flightcast::eventlog::kafka_model {

namespace {

using namespace std::chrono_literals;

constexpr int kTurns = 25;
constexpr std::int32_t kPartitionsMax = 6;
constexpr auto kPatience = 90s;
constexpr auto kSharePatience = 20s;
constexpr unsigned kStallsPerThousand = 3;  // of the steps of transactions
constexpr std::uint64_t kLongestStallMs = 13'000;

// A run and the chance that drives it.
class Chaos {
  public:
    Chaos(std::uint64_t seed, bool exactly_once)
        : remakes_(seed % 4 == 0),
          world_(seed, {.exactly_once = exactly_once, .between = [this](ModelLog& log) {
                            stall(log);
                        }}) {}

    ChaosVerdict run();

  private:
    void do_something();
    void change_members();
    void change_topics();
    void hold_positions();
    void release_positions();
    void stall(ModelLog& log);
    [[nodiscard]] std::size_t alive() const;
    [[nodiscard]] bool has_one_of_each() const;
    std::uint64_t below(std::uint64_t bound) { return world_.cluster.random().below(bound); }

    const bool remakes_;
    World world_;
    bool is_wild_ = false;
    bool was_made_again_ = false;
};

std::size_t Chaos::alive() const {
    return static_cast<std::size_t>(std::ranges::count_if(world_.workers, [](const auto& worker) {
        return !worker->is_ended();
    }));
}

bool Chaos::has_one_of_each() const {
    std::set<std::string> names;
    return std::ranges::all_of(world_.workers, [&](const auto& worker) {
        return worker->is_ended() || names.insert(worker->name()).second;
    });
}

// A process hangs in the middle of a transaction, and the others go on.
void Chaos::stall(ModelLog& log) {
    if (!is_wild_ || !world_.cluster.chance(kStallsPerThousand)) return;
    const auto worker = std::ranges::find_if(world_.workers, [&](const auto& one) {
        return !one->is_ended() && &one->log() == &log;
    });
    if (worker == world_.workers.end()) return;
    Worker& stalled = **worker;
    stalled.freeze(true);
    world_.run(std::chrono::milliseconds(below(kLongestStallMs)));
    stalled.freeze(false);
}

void Chaos::change_members() {
    const std::string name = "s" + std::to_string(below(3));
    Worker& some = *world_.workers[below(world_.workers.size())];
    switch (below(7)) {
        case 0:
            if (!some.is_ended()) some.kill();
            break;
        case 1:
            if (!some.is_ended()) some.stop();
            break;
        case 2:
            if (!some.is_ended()) some.freeze(true);
            break;
        case 3:
            if (!some.is_ended()) some.freeze(false);
            break;
        default:
            if (alive() < 4) world_.start(name);
    }
}

void Chaos::change_topics() {
    auto& in = world_.cluster.topics.at("in");
    const auto count = static_cast<std::int32_t>(in.partitions.size());
    if (!remakes_) {
        if (count < kPartitionsMax) world_.cluster.add_partitions("in", count + 1);
        return;
    }
    world_.cluster.remove("in");
    world_.run(std::chrono::milliseconds(below(2) * below(1'000)));
    world_.cluster.create("in", count);
    world_.forget_requests();
    was_made_again_ = true;
    world_.request(static_cast<int>(below(100)));
}

// A transaction of another program's stays open and holds positions of the group.
void Chaos::hold_positions() {
    const std::int64_t epoch = world_.cluster.init_producer("stranger");
    if (!world_.cluster.begin("stranger", epoch)) return;
    world_.cluster.add_offsets("stranger", "g", world_.cluster.group("g").offsets);
}

void Chaos::release_positions() {
    world_.cluster.end_transaction("stranger", false);
}

void Chaos::do_something() {
    switch (below(10)) {
        case 0:
            change_topics();
            break;
        case 1:
            hold_positions();
            break;
        case 2:
            release_positions();
            break;
        default:
            change_members();
    }
}

ChaosVerdict Chaos::run() {
    world_.start("s0");
    is_wild_ = true;
    world_.cluster.faults = {
        .unanswered = 50, .lost_answers = 10, .retriable = 100, .stale_joins = 100
    };
    for (int i = 0; i < kTurns; ++i) {
        do_something();
        world_.request(static_cast<int>(below(10)));
        const std::uint64_t most = below(10) == 0 ? kLongestStallMs : 1'500;
        world_.run(std::chrono::milliseconds(below(most)));
    }
    is_wild_ = false;
    world_.cluster.faults = {};
    release_positions();
    for (const auto& worker : world_.workers) {
        if (!worker->is_ended()) worker->freeze(false);
    }
    world_.start("last");
    world_.request(20);
    world_.run_until([&] { return world_.unanswered() == 0; }, kPatience);
    ChaosVerdict verdict{.unanswered = world_.unanswered()};
    verdict.is_shared_out =
        world_.run_until([&] { return world_.is_shared_out(); }, kSharePatience).has_value();
    verdict.has_one_of_each =
        world_.run_until([&] { return has_one_of_each(); }, kSharePatience).has_value();
    verdict.doubled = world_.doubled();
    verdict.was_made_again = was_made_again_;
    for (const auto& worker : world_.workers) {
        if (!worker->is_ended() && worker->log().fatal_error()) ++verdict.fatal;
    }
    return verdict;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const ChaosVerdict& verdict) {
    return out << verdict.unanswered << " unanswered, " << verdict.doubled << " doubled"
               << (verdict.was_made_again ? " (made again)" : "")
               << (verdict.is_shared_out ? "" : ", partitions without owner")
               << (verdict.has_one_of_each ? "" : ", two with one name") << ", " << verdict.fatal
               << " gave up";
}

ChaosVerdict run_chaos(std::uint64_t seed, bool exactly_once) {
    return Chaos(seed, exactly_once).run();
}

}  // namespace flightcast::eventlog::kafka_model
