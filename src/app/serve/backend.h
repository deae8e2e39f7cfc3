// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/options/options.h"
#include "app/serve/deployment.h"
#include "app/serve/model_registry.h"
#include "app/serve/watch/live_retention.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "drift/teller.h"
#include "flight/calendar/time_zone.h"
#include "models/active_model.h"
#include "pipeline/pipeline.h"
#include "pipeline/stage_spec.h"
#include "pipeline/step_thread.h"
#include "stages/stage_table.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "tracing/tracer.h"

namespace flightcast::app::serve {

// The parts that a backend works with. All of it outlives the backend.
struct BackendParts {
    const options::ServeOptions& options;
    Deployment& deployment;
    std::string instance_id;
    const models::ActiveModel& model;
    flight::TimeZone zone;
    const base::Clock& clock;
    base::Random& random;
    telemetry::Metrics& metrics;
    telemetry::Logger logger;
    std::function<void(base::Error)> on_end;  // any thread, when work can never go on
    std::function<void()> look{};             // every second, on a thread that works
    ModelRegistry* registry = nullptr;        // null: none, so no challengers
    const LiveRetention* retention = nullptr;
    tracing::Tracer* tracer = nullptr;  // null: nothing is traced
    std::string arrivals_off{};         // why arrivals cannot be read; empty: they can
    // What the evaluator holds has changed. Its thread.
    std::function<void(const judging::EvaluatorCounts&)> on_judging{};
    // An outcome is refused for good, by the store or by a topic; so many since the start. Any
    // thread.
    std::function<void(const std::string& reason, std::size_t count)> on_refused{};
};

// Everything but the gateway: the stages of the table on the log, retention, and the threads of
// their workers.
//
// Thread-safety: one thread starts and stops it.
class Backend {
  public:
    // Joins the groups and starts to work. Errors are those of the log. REQUIRES: the topics exist.
    [[nodiscard]] static base::Result<std::unique_ptr<Backend>> start(BackendParts parts);
    ~Backend();
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;

    // Finishes what is under way, unless that takes longer than `patience`; what is left over is
    // done after the next start. Only the first call counts.
    void stop(std::chrono::microseconds patience);

    // When the last words to a distant log are over, the end of this object included: a few seconds
    // after the patience of stop().
    [[nodiscard]] base::SteadyTime ends_by() const { return ends_by_; }

    // Why nothing can be scored and published, if that has lasted a little. Any thread may ask.
    [[nodiscard]] std::optional<base::Error> trouble() const { return pipeline_->trouble(); }

    // The same of one stage, also of one that predictions do not need.
    [[nodiscard]] std::optional<base::Error> trouble_of(std::string_view stage) const {
        return pipeline_->trouble_of(stage);
    }

  private:
    explicit Backend(BackendParts parts);

    [[nodiscard]] scoring::ArchiverOrReason archiver();
    [[nodiscard]] judging::EvaluatorOrReason evaluator();
    [[nodiscard]] std::string experiments_off() const;
    [[nodiscard]] experiment::ShadowOrReason shadow();
    [[nodiscard]] experiment::DeciderOrReason decider();
    [[nodiscard]] history::HistorianOrReason historian();
    [[nodiscard]] drift::DriftOrReason drift();
    void tell_evaluator(const judging::EvaluatorCounts& counts);
    [[nodiscard]] stages::Resources resources();
    [[nodiscard]] std::vector<pipeline::StageSpec> stages();
    base::Result<void> open();
    void say_where_it_begins() const;
    void count(std::optional<std::size_t> predicted) const;
    void tell_refused(const flight::Outcome& outcome, const std::string& reason);
    void tell_failure(const flight::Failure& failure, const eventlog::Record& record);
    void note_refused(const telemetry::Counter& counter, const std::string& reason);
    [[nodiscard]] RetentionTimes retention() const;
    void trim_log();
    void trim_store();
    void trim_history();

    BackendParts parts_;
    base::SystemRandom decider_random_;            // the decider's
    std::vector<telemetry::Counter> outcomes_;     // by class, and last the failures
    telemetry::Counter refused_by_store_;          // outcomes
    telemetry::Counter refused_by_topic_;          // outcomes
    std::atomic<std::size_t> refused_count_ = 0;   // by either
    std::unique_ptr<drift::Teller> drift_teller_;  // the drift stage's
    std::size_t forgotten_ = 0;                    // predictions, by the evaluator; its thread's
    bool has_told_file_ = false;                   // that some wait in a file; its thread's
    const std::vector<pipeline::StageSpec> stages_;
    std::unique_ptr<pipeline::Pipeline> pipeline_;
    std::vector<std::unique_ptr<pipeline::StepThread>> threads_;
    base::SteadyTime ends_by_ = base::SteadyTime::max();
};

}  // namespace flightcast::app::serve
