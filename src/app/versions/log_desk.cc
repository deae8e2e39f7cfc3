// SPDX-License-Identifier: Apache-2.0
#include "app/versions/log_desk.h"

#include <atomic>
#include <chrono>
#include <utility>

#include "app/cli/time_zone_flag.h"
#include "eventlog/embedded.h"
#include "eventlog/positions.h"
#include "models/librarian.h"
#include "registry/proposal.h"
#include "registry/record_json.h"

namespace flightcast::app::versions {

using base::Errc;
using base::fail;
using base::Result;

namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 30s;
constexpr auto kReach = 10s;

// A change that a command wants, checked on the state when it is written.
registry::Proposal proposal_of(
    const Words& words, std::function<Result<registry::Event>(const registry::Registry&)> event
) {
    return {.author = words.author, .reason = words.reason, .event = std::move(event)};
}

}  // namespace

LogDesk::LogDesk(const options::ServeOptions& options, const base::Clock& clock)
    : options_(options),
      clock_(clock),
      log_lines_({.level = telemetry::LogLevel::warning, .format = options.log_format}, clock) {}

Result<std::unique_ptr<LogDesk>> LogDesk::open(
    const options::ServeOptions& options, const base::Clock& clock
) {
    std::unique_ptr<LogDesk> desk(new LogDesk(options, clock));
    FC_TRY_VOID(desk->start());
    return desk;
}

Result<void> LogDesk::start() {
    const auto role = options_.kafka.empty() ? serve::Role::serve : serve::Role::gateway;
    FC_TRY(const flight::TimeZone zone, cli::find_time_zone(options_.timezone));
    FC_TRY(
        deployment_,
        serve::open_deployment(
            role,
            options_,
            zone,
            {.clock = clock_, .logger = log_lines_.stage("models"), .metrics = metrics_}
        )
    );
    eventlog::EventLog& log = *deployment_.log;
    FC_TRY_VOID(log.reach(kReach));
    FC_TRY(const std::string off, serve::ensure_model_topics(log, options_));
    if (!off.empty()) return fail(Errc::unavailable, "the registry of models is off: " + off);
    FC_TRY(writer_, log.open_writer());
    FC_TRY(
        ledger_,
        registry::Ledger::open(
            {.log = log,
             .topic = options_.topics().models,
             .clock = clock_,
             .random = random_,
             .wake = [this] { wake(); }}
        )
    );
    return work_until([this] { return ledger_->caught_up(); });
}

void LogDesk::wake() {
    {
        const std::lock_guard lock(mutex_);
        is_woken_ = true;
    }
    woken_.notify_one();
}

Result<void> LogDesk::work_until(const std::function<bool()>& is_done) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    eventlog::Embedded* const embedded = deployment_.log->embedded();
    while (!is_done()) {
        bool was_busy = embedded != nullptr && embedded->step();
        if (ledger_) {
            FC_TRY(const bool stepped, ledger_->step());
            was_busy |= stepped;
        }
        if (was_busy || is_done()) continue;
        std::unique_lock lock(mutex_);
        if (!woken_.wait_until(lock, deadline, [this] { return is_woken_; })) {
            return fail(Errc::timeout, "the log does not answer in time");
        }
        is_woken_ = false;
    }
    return {};
}

Result<void> LogDesk::append_part(const eventlog::NewRecord& record) {
    struct Fate {
        std::atomic<bool> is_known = false;
        Result<void> result;
    };
    const auto fate = std::make_shared<Fate>();
    FC_TRY_VOID(writer_->append({record}, [this, fate](Result<void> result) {
        fate->result = std::move(result);
        fate->is_known = true;
        wake();
    }));
    FC_TRY_VOID(work_until([fate] { return fate->is_known.load(); }));
    return fate->result;
}

Result<std::string> LogDesk::propose(registry::Proposal proposal) {
    std::optional<Result<registry::Record>> told;
    ledger_->propose(std::move(proposal), [&told](const Result<registry::Record>& result) {
        told = result;
    });
    FC_TRY_VOID(work_until([&told] { return told.has_value(); }));
    if (!*told) return std::unexpected(told->error());
    return registry::encode_record(**told) + "\n";
}

Result<std::string> LogDesk::add(const registry::BundleFiles& files, const Words& words) {
    const std::string topic = options_.topics().model_parts;
    const std::string packed = registry::pack(files);
    const registry::PackedAddress address = registry::address_of(packed);
    FC_TRY(
        const std::vector<eventlog::Position> ends,
        eventlog::ends_of(deployment_.log->admin(), {topic})
    );
    for (std::uint32_t i = 0; i < address.parts; ++i) {
        FC_TRY_VOID(append_part(
            registry::part_record(
                topic, address.digest, i, std::string(registry::part_of(packed, i))
            )
        ));
    }
    FC_TRY(
        const registry::Fetched fetched,
        registry::fetch_bundle(*deployment_.log, topic, address, ends.front().next, kPatience)
    );
    FC_TRY(registry::Event event, models::examine(fetched, address));
    return propose(
        proposal_of(words, [event](const registry::Registry& now) -> Result<registry::Event> {
            FC_TRY_VOID(now.check(event));
            return event;
        })
    );
}

Result<std::string> LogDesk::set_alias(const AliasChange& change, const Words& words) {
    return propose(
        proposal_of(words, [change](const registry::Registry& now) -> Result<registry::Event> {
            if (change.is_rollback) return registry::rollback(now, change.alias);
            if (!change.model) return registry::promotion(now, change.alias, std::nullopt);
            FC_TRY(std::string model, registry::find_model(now, *change.model));
            return registry::promotion(now, change.alias, std::move(model));
        })
    );
}

Result<std::string> LogDesk::remove(const std::string& model, const Words& words) {
    return propose(
        proposal_of(words, [model](const registry::Registry& now) -> Result<registry::Event> {
            FC_TRY(std::string found, registry::find_model(now, model));
            registry::Event event = registry::VersionRemoved{.model = std::move(found)};
            FC_TRY_VOID(now.check(event));
            return event;
        })
    );
}

Result<std::string> LogDesk::start_experiment(
    const registry::ExperimentStarted& experiment, const Words& words
) {
    if (!options_.kafka.empty()) {
        return fail(
            Errc::unsupported,
            "challengers are judged with the log of a data folder only, not yet on Kafka"
        );
    }
    return propose(proposal_of(words, [experiment](const registry::Registry& now) {
        return registry::experiment(now, experiment);
    }));
}

Result<std::string> LogDesk::stop_experiment(const std::string& experiment, const Words& words) {
    return propose(
        proposal_of(words, [experiment](const registry::Registry& now) -> Result<registry::Event> {
            registry::Event event = registry::ExperimentStopped{.experiment = experiment};
            FC_TRY_VOID(now.check(event));
            return event;
        })
    );
}

}  // namespace flightcast::app::versions
