// SPDX-License-Identifier: Apache-2.0
//
// The things that a process watches while it works, for health, metrics and the service manager.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/serve/cluster_questions.h"
#include "app/serve/process.h"
#include "app/serve/stage_names.h"
#include "flight/calendar/timestamp.h"
#include "stages/stage_table.h"

namespace flightcast::app::serve {

using base::Errc;
using base::Result;

// The log makes a process unready that cannot take requests; a store alone is only said, as when a
// distant one is away.
void Process::watch_data() {
    if (!deployment_.folder) return;
    eventlog::Embedded* const log = deployment_.log->embedded();
    data_.emplace(log != nullptr ? &health_ : nullptr, logger_);
    if (log == nullptr) return;
    log->on_trouble([this](const std::optional<base::Error>& trouble) {
        data_->note_log(trouble);
    });
}

void Process::look_at_data() {
    if (!data_) return;
    const Result<void> folder = deployment_.folder->check();
    data_->note_folder(folder);
    // Another server has the folder now: two on one would spoil it.
    if (!folder && folder.error().code == Errc::already_exists) end_with(folder.error());
    if (eventlog::Embedded* const log = deployment_.log->embedded()) log->look();
}

// The log's current error: its own, or that of a stage that cannot publish.
std::optional<base::Error> Process::log_trouble() {
    eventlog::Condition condition = deployment_.log->condition();
    if (condition.fatal) end_with(*std::move(condition.fatal));
    if (condition.trouble) return condition.trouble;
    return backend_ == nullptr ? std::nullopt : backend_->trouble();
}

// The groups that should be at work: the archiver's only where outcomes are to be stored.
void Process::watch_lag() {
    std::vector<pipeline::StageSpec> stages = stages_in_use(options_);
    const bool archives = !options_.mongo.empty() && options_.archive != options::Archive::off;
    std::erase_if(stages, [this, archives](const pipeline::StageSpec& stage) {
        if (stage.group == options_.archiver_group) return !archives;
        return stage.group == options_.evaluator_group && !arrivals_off_.empty();
    });
    lag_watch_.emplace(*deployment_.log, std::move(stages), metrics_, clock_, logger_);
}

// Stands until the next start: an operator should know, and clients are served all the same.
void Process::note_refused(const std::string& reason, std::size_t count) {
    health_.add("refused outcomes", telemetry::HealthScope::note);
    health_.fail(
        "refused outcomes",
        std::to_string(count) +
            " since the start were refused for good and are dead letters; the last by " + reason
    );
}

void Process::look_after_cluster() {
    if (deployment_.inspection == nullptr) return;
    rounds_.emplace(cluster_questions(role_, options_, *deployment_.inspection), health_, logger_);
    rounds_thread_.emplace(*rounds_, clock_);
}

void Process::stop_watching() {
    if (supervisor_thread_) supervisor_thread_->stop(std::chrono::microseconds(0));
    if (rounds_thread_) rounds_thread_->stop(std::chrono::microseconds(0));
}

// systemd ends and starts a process whose thread for clients hangs.
void Process::start_watchdog() {
    const auto every = manager_.alive_every();
    if (!every) return;
    watchdog_.emplace(*every, [this] { ask_whether_alive(); });
    watchdog_thread_.emplace(*watchdog_, clock_);
    watchdog_thread_->start();
}

void Process::ask_whether_alive() {
    const auto answer = [this] { manager_.alive(); };
    if (gateway_ != nullptr) return gateway_->when_free(answer);
    operations_->when_free(answer);
}

void Process::note_certificate(const gateway::net::TlsContext& tls) {
    const auto end = tls.valid_until().time_since_epoch();
    metrics_.gauge(telemetry::kCertificateExpiry).set(std::chrono::duration<double>(end).count());
    if (tls.valid_until() > clock_.wall_now()) return;
    std::string until;
    flight::append_utc(until, tls.valid_until());
    logger_.warning("the TLS certificate has expired: clients refuse it", {{"until", until}});
}

}  // namespace flightcast::app::serve
