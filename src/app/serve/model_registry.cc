// SPDX-License-Identifier: Apache-2.0
#include "app/serve/model_registry.h"

#include <utility>

#include "app/serve/deployment.h"

namespace flightcast::app::serve {

using base::Errc;
using base::Result;
using gateway::api::ModelDesk;

Result<void> ModelRegistry::open(eventlog::EventLog& log, models::ActiveModel* active) {
    if (librarian_ != nullptr) return {};
    FC_TRY(std::string off, ensure_model_topics(log, parts_.options));
    if (off.empty()) {
        auto opened = models::Librarian::open(
            {.log = log,
             .topics = parts_.options.topics(),
             .clock = parts_.clock,
             .active = active,
             .metrics = parts_.metrics,
             .logger = parts_.logger}
        );
        if (opened) {
            librarian_ = *std::move(opened);
            open_ = librarian_.get();
            return {};
        }
        const Errc code = opened.error().code;
        if (code == Errc::unavailable || code == Errc::timeout) {
            return std::unexpected(opened.error());
        }
        off = opened.error().detail;
    }
    parts_.logger.warning("the registry of models is off; predictions go on", {{"reason", off}});
    parts_.health.add("models", telemetry::HealthScope::note);
    parts_.health.fail("models", off);
    const std::lock_guard lock(mutex_);
    off_ = std::move(off);
    return {};
}

Result<models::Librarian*> ModelRegistry::librarian() const {
    if (models::Librarian* const librarian = open_) return librarian;
    const std::lock_guard lock(mutex_);
    return base::fail(Errc::unavailable, "the registry of models is off: " + off_);
}

std::string ModelRegistry::off() const {
    if (open_ != nullptr) return {};
    const std::lock_guard lock(mutex_);
    return "the registry of models is off: " + off_;
}

std::shared_ptr<const models::Librarian::Models> ModelRegistry::challengers() const {
    return open_.load()->challengers();
}

void ModelRegistry::note_status(std::string json) {
    const std::lock_guard lock(mutex_);
    status_ = std::move(json);
}

void ModelRegistry::note_drift(std::string json) {
    const std::lock_guard lock(mutex_);
    drift_ = std::move(json);
}

ModelDesk ModelRegistry::desk(const models::ActiveModel* active) {
    return {
        .registry = [this]() -> Result<std::shared_ptr<const registry::Registry>> {
            FC_TRY(const models::Librarian* const open, librarian());
            return open->registry();
        },
        .in_use = [active] { return active == nullptr ? "" : active->snapshot()->id; },
        .pinned =
            [this] {
                const auto open = librarian();
                return open ? (*open)->pinned() : std::string();
            },
        .status =
            [this] {
                const std::lock_guard lock(mutex_);
                return status_;
            },
        .drift =
            [this] {
                const std::lock_guard lock(mutex_);
                return drift_;
            },
        .propose = [this](registry::Proposal proposal, ModelDesk::Done done) -> Result<void> {
            FC_TRY(models::Librarian* const open, librarian());
            return open->propose(std::move(proposal), std::move(done));
        },
        .add_version = [this](ModelDesk::NewVersion version, ModelDesk::Done done) -> Result<void> {
            FC_TRY(models::Librarian* const open, librarian());
            return open->add_version(
                {.address = std::move(version.address),
                 .author = std::move(version.author),
                 .reason = std::move(version.reason)},
                std::move(done)
            );
        }
    };
}

}  // namespace flightcast::app::serve
