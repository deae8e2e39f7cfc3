// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "pipeline/chore.h"
#include "pipeline/stage_spec.h"
#include "pipeline/worker.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace flightcast::pipeline {

// The parts that a pipeline works with. All of it outlives the pipeline.
struct PipelineParts {
    eventlog::EventLog& log;
    std::vector<StageSpec> stages;
    std::vector<Chore> chores;
    std::string instance_id;  // of this process, in all groups
    const base::Clock& clock;
    base::Random& random;  // seeds the pauses after failures
    telemetry::Metrics& metrics;
    telemetry::Logger logger;
    std::function<void(base::Error)> on_end;  // any thread, when a stage can never go on

    // Any thread, when a topic refuses an output for good and another record is published instead.
    std::function<void(const eventlog::NewRecord& refused, const base::Error& cause)>
        on_set_aside{};
};

// The stages of one process, joined to their groups and placed on workers. The workers own no
// threads: the program gives each one (StepThread), a simulation steps them in any order.
//
// Chores run on the worker that commits an embedded log. Of another log they have one of their own:
// asking a broker for positions waits for its answer.
//
// Thread-safety: each worker is one thread's; trouble() from any.
class Pipeline {
  public:
    // Joins the groups of all stages that are on and opens the readers of what they follow. Errors
    // are those of the log. REQUIRES: the topics exist.
    [[nodiscard]] static base::Result<std::unique_ptr<Pipeline>> open(PipelineParts parts);
    ~Pipeline();
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    // The first one commits the log when that is embedded, and then ends last: until it has ended,
    // the others publish by it.
    [[nodiscard]] const std::vector<std::unique_ptr<Worker>>& workers() const { return workers_; }

    // The process ends: its readers go by then. REQUIRES: the workers have ended.
    void end_by(base::SteadyTime deadline);

    // Why a stage that is needed gets nothing published, if that has lasted a little.
    [[nodiscard]] std::optional<base::Error> trouble() const;

    // The same of the stage with this name, needed or not.
    [[nodiscard]] std::optional<base::Error> trouble_of(std::string_view stage) const;

  private:
    struct Running;

    explicit Pipeline(PipelineParts parts);
    base::Result<void> start_stage(const StageSpec& spec);
    [[nodiscard]] Work timed(const StageSpec& spec) const;
    [[nodiscard]] std::function<void(std::size_t)> failures_of(const StageSpec& spec) const;
    [[nodiscard]] eventlog::SetAside told(const StageSpec& spec) const;
    void make_workers();
    void add_worker(WorkerParts parts);
    [[nodiscard]] WorkerParts worker_parts() const;
    [[nodiscard]] std::vector<WorkerPart> parts_of(const Running& running) const;
    [[nodiscard]] std::function<bool()> read_out_of(const Running& running) const;
    [[nodiscard]] std::function<bool()> duty_of(const Running& running) const;
    [[nodiscard]] std::function<bool()> followed_out_of(const Running& running) const;
    [[nodiscard]] bool is_log_fed() const;
    [[nodiscard]] bool may_come(const std::vector<std::string>& topics) const;

    PipelineParts parts_;
    std::vector<std::unique_ptr<Running>> running_;
    std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace flightcast::pipeline
