// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "eventlog/kafka_model/model_log.h"
#include "eventlog/local/local_log.h"
#include "faulty_store.h"
#include "gateway/endpoints.h"
#include "pipeline/pipeline.h"
#include "pipeline/supervisor.h"
#include "process_log.h"
#include "site.h"
#include "sqlite/wal_keeper.h"
#include "tab.h"
#include "telemetry/health.h"

namespace flightcast::simulation {

// One life of a process of the product: what `flightcast serve`, `gateway` and `scorer` put
// together, with its threads as turns that are taken in any order. A worker or a loop has a turn
// only when it is due or was woken, as in the program, so a wake-up that gets lost shows.
//
// Thread-safety: one thread.
class Process {
  public:
    enum class Role { serve, gateway, scorer };

    // REQUIRES: `site` outlives the process.
    Process(Site& site, Role role, std::string name);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    // Opens what the role has. An error ends the program at its start.
    base::Result<void> open();

    // One thread has its turn, chosen at random; false when it had nothing to do.
    bool take_turn(base::Random& random);
    // Every thread has one.
    bool take_all_turns(base::Random& random);
    // When a thread of its own accord has something to do.
    [[nodiscard]] base::SteadyTime next_due() const;

    // As by SIGTERM; the process ends within `patience`, with further turns.
    void stop(std::chrono::microseconds patience);
    [[nodiscard]] bool is_stopping() const { return phase_ != Phase::working; }
    [[nodiscard]] bool has_ended() const { return phase_ == Phase::ended; }
    // Since stop(): a store stalled longer than clients are waited for.
    [[nodiscard]] bool has_hung() const { return stalled_ >= patience_ / 2; }
    // As by SIGKILL: nothing is said to anybody. Only destruction may follow.
    void kill();
    // As by SIGSTOP and SIGCONT.
    void freeze(bool is_frozen);
    [[nodiscard]] bool is_frozen() const { return is_frozen_; }

    [[nodiscard]] bool has_gateway() const { return endpoints_ != nullptr; }
    [[nodiscard]] gateway::Endpoints& endpoints() { return *endpoints_; }
    [[nodiscard]] const std::shared_ptr<Gate>& gate() const { return gate_; }
    [[nodiscard]] eventlog::EventLog& log() { return *log_; }
    [[nodiscard]] eventlog::Embedded* embedded() { return log_->embedded(); }
    [[nodiscard]] const std::string& name() const { return name_; }
    // Whether it says that requests may come.
    [[nodiscard]] bool is_ready() const;
    // Why it cannot go on.
    [[nodiscard]] const std::optional<base::Error>& fatal() const { return fatal_; }
    [[nodiscard]] std::size_t waiters();
    // Without the faults of the store.
    void look_in_store(
        const base::Uuid& id, const std::function<void(const flight::Outcome&)>& on_found
    );

  private:
    enum class Phase { working, leaving, draining, ended };
    struct Thread {
        pipeline::Machine* machine;
        base::SteadyTime due;
        std::shared_ptr<bool> is_woken = std::make_shared<bool>(true);
    };

    base::Result<void> open_log();
    base::Result<void> open_gateway();
    base::Result<void> begin();
    base::Result<void> start_stages();
    void supervise();
    std::vector<pipeline::StageSpec> stages();
    std::vector<pipeline::Chore> chores();
    scoring::CurrentModel model();
    bool turn(std::size_t choice, base::Random& random);
    bool turn_supervisor();
    bool turn_loop();
    bool turn_thread(Thread& thread);
    bool turn_keeper();
    void go_on_ending();

    Site& site_;
    const Role role_;
    const std::string name_;
    Phase phase_ = Phase::working;
    bool is_frozen_ = false;
    bool is_killed_ = false;
    std::optional<base::Error> fatal_;
    telemetry::Health health_;
    std::unique_ptr<store::OutcomeStore> own_store_;  // in this process' folder
    std::optional<FaultyStore> store_;
    std::unique_ptr<eventlog::local::LocalLog> local_log_;
    std::unique_ptr<eventlog::kafka_model::ModelLog> kafka_log_;
    std::optional<sqlite::WalKeeper> keeper_;
    base::SteadyTime keeper_due_{};
    std::unique_ptr<ProcessLog> log_;
    std::deque<std::move_only_function<void()>> tasks_;  // of the gateway's loop
    std::shared_ptr<Gate> gate_;
    std::unique_ptr<gateway::Endpoints> endpoints_;
    std::unique_ptr<pipeline::Pipeline> pipeline_;
    std::optional<pipeline::Supervisor> supervisor_;
    base::SteadyTime supervisor_due_{};
    std::vector<Thread> threads_;  // of the pipeline's workers
    std::size_t ending_ = 0;       // the worker that is ending now
    base::SteadyTime leave_by_{};
    std::chrono::microseconds patience_{};
    std::chrono::microseconds stalled_{};
};

}  // namespace flightcast::simulation
