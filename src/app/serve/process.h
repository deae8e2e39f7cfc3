// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/options/options.h"
#include "app/serve/backend.h"
#include "app/serve/demo.h"
#include "app/serve/deployment.h"
#include "app/serve/model_registry.h"
#include "app/serve/rounds.h"
#include "app/serve/watch/data_condition.h"
#include "app/serve/watch/experiment_watch.h"
#include "app/serve/watch/lag_watch.h"
#include "app/serve/watch/live_retention.h"
#include "app/serve/watch/service_manager.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "flight/active_routes.h"
#include "flight/calendar/time_zone.h"
#include "gateway/gateway.h"
#include "gateway/operations/operations_server.h"
#include "history/history_desk.h"
#include "models/active_model.h"
#include "performance/performance_json.h"
#include "pipeline/step_thread.h"
#include "pipeline/supervisor.h"
#include "store/mongo/distance_refresher.h"
#include "telemetry/health.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "tracing/tracer.h"

namespace flightcast::app::serve {

// One running `serve`, `gateway` or `scorer`: the parts of its role, opened in the order in which
// they depend on each other and ended in the reverse one.
//
// With everything in the data folder it works as soon as it is open. With a broker or a database
// elsewhere a supervisor waits for them, while clients are answered 503 and /readyz says for what.
//
// Thread-safety: one thread opens, runs and destroys it; stop() and reload() from any.
class Process {
  public:
    // REQUIRES: `options` outlives the process.
    [[nodiscard]] static base::Result<std::unique_ptr<Process>> open(
        Role role,
        const options::ServeOptions& options,
        const OpenDeployment& engines = open_deployment
    );
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    // Says where it works, then works until stop(), or until it cannot go on: that is the error.
    [[nodiscard]] base::Result<void> run();

    void stop();

    // Reads the options again, by reread() of set_reread(), and the TLS certificate and the model,
    // where there are some. Options that are invalid or cannot be used change nothing.
    void reload();

    // The options as their sources give them now. Before run(), once.
    using Reread = std::function<base::Result<options::ServeOptions>()>;
    void set_reread(Reread reread) { reread_ = std::move(reread); }

    // The port that clients reach it at; none without a gateway.
    [[nodiscard]] std::optional<std::uint16_t> port() const;

    [[nodiscard]] const telemetry::Logger& logger() const { return logger_; }

  private:
    Process(Role role, const options::ServeOptions& options, flight::TimeZone zone);

    void reload_options();
    base::Result<void> put_in_force(const options::ServeOptions& options);
    void reload_tls();
    void note_certificate(const gateway::net::TlsContext& tls);
    base::Result<void> open_parts(const OpenDeployment& engines);
    [[nodiscard]] ModelRegistryParts registry_parts();
    base::Result<void> open_routes();
    base::Result<void> open_gateway();
    void bound_connections(gateway::net::ServerOptions& server) const;
    base::Result<void> open_operations();
    base::Result<void> begin();  // with the log at hand: work
    base::Result<void> look_at_arrivals();
    void note_waiting(const std::string& fault);
    void note_arrivals(const std::string& fault);
    void look_at_evaluator();
    void note(const judging::EvaluatorCounts& counts);
    [[nodiscard]] std::optional<performance::Unjudged> unjudged();
    [[nodiscard]] history::AskDaySums ask_day_sums();
    base::Result<void> follow_arrivals();
    base::Result<void> watch_experiments();
    base::Result<void> start_backend();
    void watch_lag();
    void watch_data();
    void look_at_data();
    void note_refused(const std::string& reason, std::size_t count);
    void supervise();
    void start_demo();
    void look_after_cluster();
    void stop_watching();
    void start_watchdog();
    void ask_whether_alive();
    [[nodiscard]] std::optional<base::Error> log_trouble();
    void say_where() const;
    void tell_folder() const;
    void say_ready() const;
    void end_with(base::Error error);
    void wait_for_acknowledgements() const;
    [[nodiscard]] std::string instance_id() const;

    const Role role_;
    const options::ServeOptions& options_;
    const flight::TimeZone zone_;
    Reread reread_;
    options::ServeOptions live_;  // with what reload() brought into force; its thread's
    LiveRetention retention_;
    const base::SystemClock clock_;
    base::SystemRandom random_;          // the gateway thread's
    base::SystemRandom backend_random_;  // of the thread that calls begin()
    telemetry::Log log_;
    const telemetry::Logger logger_;
    telemetry::Metrics metrics_;
    telemetry::Health health_;
    std::unique_ptr<models::ActiveModel> model_;  // where there is a scorer
    std::optional<flight::ActiveRoutes> routes_;  // where there is a gateway
    std::optional<DataCondition> data_;           // where something is kept in the data folder
    Deployment deployment_;
    std::unique_ptr<store::mongo::DistanceRefresher> distances_;
    std::unique_ptr<tracing::Tracer> tracer_;  // null: nothing is traced
    std::unique_ptr<gateway::Gateway> gateway_;
    std::optional<history::HistoryDesk> history_desk_;  // where there is a gateway and a store
    std::unique_ptr<gateway::operations::OperationsServer> operations_;
    std::optional<ModelRegistry> registry_;
    std::unique_ptr<Backend> backend_;
    std::optional<LagWatch> lag_watch_;                  // of a gateway alone
    std::unique_ptr<ExperimentWatch> experiment_watch_;  // the same
    std::unique_ptr<Demo> demo_;
    const ServiceManager manager_ = ServiceManager::from_environment();
    std::optional<Watchdog> watchdog_;
    std::optional<pipeline::StepThread> watchdog_thread_;
    std::optional<pipeline::Supervisor> supervisor_;
    std::optional<pipeline::StepThread> supervisor_thread_;
    std::string arrivals_off_;      // why this process has nothing to do with arrivals
    std::string arrivals_fault_;    // as /readyz tells it; empty: none
    std::optional<Rounds> rounds_;  // of a log in Kafka
    std::optional<pipeline::StepThread> rounds_thread_;
    std::mutex mutex_;
    std::optional<base::Error> error_;               // guarded by mutex_: why it ends
    std::optional<performance::Unjudged> unjudged_;  // guarded by mutex_: none before the first
    std::string waiting_fault_;  // the evaluator's thread's: as /readyz tells it; empty: none
};

}  // namespace flightcast::app::serve
