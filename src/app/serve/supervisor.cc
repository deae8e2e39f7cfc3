// SPDX-License-Identifier: Apache-2.0
#include "app/serve/supervisor.h"

#include <algorithm>
#include <utility>

namespace flightcast::app::serve {

using base::Errc;
using base::Result;

namespace {

using namespace std::chrono_literals;

// Between two looks at what works, and between the first attempts to begin; later ones come less
// often.
constexpr std::chrono::milliseconds kLookEvery = 1s;
constexpr std::chrono::milliseconds kPauseMin = 100ms;

bool is_final(Errc code) {
    return code == Errc::invalid_argument || code == Errc::fenced || code == Errc::unsupported;
}

}  // namespace

Supervisor::Supervisor(SupervisorParts parts)
    : health_(parts.health),
      logger_(std::move(parts.logger)),
      on_begun_(std::move(parts.on_begun)),
      on_end_(std::move(parts.on_end)) {
    for (Dependency& dependency : parts.dependencies) {
        health_.add(dependency.name, telemetry::HealthScope::ready);
        states_.push_back({.dependency = std::move(dependency)});
    }
}

void Supervisor::start() {
    thread_ = std::thread([this] { run(); });
}

void Supervisor::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    condition_.notify_one();
    if (thread_.joinable()) thread_.join();
}

bool Supervisor::pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return condition_.wait_for(lock, time, [this] { return stopping_; });
}

void Supervisor::report(State& state, const Result<void>& result) {
    const std::string& name = state.dependency.name;
    const std::string now = result ? "" : result.error().detail;
    const std::string before = std::exchange(state.trouble, now);
    if (result) {
        health_.pass(name);
        if (!before.empty()) logger_.info(name + " works again");
        return;
    }
    health_.fail(name, now);
    if (now != before) logger_.warning("waiting for the " + name, {{"reason", now}});
}

void Supervisor::attend(State& state) {
    if (state.has_begun) {
        if (state.dependency.look) report(state, state.dependency.look());
        return;
    }
    const Result<void> begun = state.dependency.begin();
    state.has_begun = begun.has_value();
    report(state, begun);
    if (!begun && is_final(begun.error().code)) on_end_(begun.error());
}

void Supervisor::run() {
    std::chrono::milliseconds interval = kPauseMin;
    do {
        for (State& state : states_) attend(state);
        if (on_begun_ && std::ranges::all_of(states_, &State::has_begun)) {
            std::exchange(on_begun_, nullptr)();
        }
        interval = std::min(interval * 2, kLookEvery);
    } while (!pause(interval));
}

}  // namespace flightcast::app::serve
