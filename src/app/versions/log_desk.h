// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "app/serve/deployment.h"
#include "app/versions/model_place.h"
#include "base/random.h"
#include "registry/ledger.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace flightcast::app::versions {

// Writes into the registry's topics past every server: on Kafka, or in a data folder, whose lock it
// holds.
class LogDesk final : public ModelPlace {
  public:
    // Errors: already_exists when a server works on the folder; those of the log.
    [[nodiscard]] static base::Result<std::unique_ptr<LogDesk>> open(
        const options::ServeOptions& options, const base::Clock& clock
    );

    [[nodiscard]] base::Result<std::string> add(
        const registry::BundleFiles& files, const Words& words
    ) override;
    [[nodiscard]] base::Result<std::string> set_alias(
        const AliasChange& change, const Words& words
    ) override;
    [[nodiscard]] base::Result<std::string> remove(
        const std::string& model, const Words& words
    ) override;
    [[nodiscard]] base::Result<std::string> start_experiment(
        const registry::ExperimentStarted& experiment, const Words& words
    ) override;
    [[nodiscard]] base::Result<std::string> stop_experiment(
        const std::string& experiment, const Words& words
    ) override;

  private:
    LogDesk(const options::ServeOptions& options, const base::Clock& clock);
    base::Result<void> start();
    void wake();
    // Steps log and ledger until `is_done`; timeout when the log does not answer.
    base::Result<void> work_until(const std::function<bool()>& is_done);
    base::Result<void> append_part(const eventlog::NewRecord& record);
    base::Result<std::string> propose(registry::Proposal proposal);

    const options::ServeOptions& options_;
    const base::Clock& clock_;
    base::SystemRandom random_;
    telemetry::Log log_lines_;
    telemetry::Metrics metrics_;
    serve::Deployment deployment_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool is_woken_ = false;  // guarded by mutex_
    std::unique_ptr<registry::Ledger> ledger_;
    std::unique_ptr<eventlog::Writer> writer_;
};

}  // namespace flightcast::app::versions
