// SPDX-License-Identifier: Apache-2.0
#include "pipeline/supervisor.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace flightcast::pipeline {

using base::Errc;
using base::Result;
using base::SteadyTime;

namespace {

using namespace std::chrono_literals;

// Between two looks at what works, and before the first pause between attempts to begin, which
// doubles until it is as long.
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
      on_end_(std::move(parts.on_end)),
      interval_(kPauseMin) {
    for (Dependency& dependency : parts.dependencies) {
        FC_CHECK(dependency.begin != nullptr);
        health_.add(dependency.name, telemetry::HealthScope::ready);
        states_.push_back({.dependency = std::move(dependency)});
    }
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

SteadyTime Supervisor::step(SteadyTime now) {
    FC_CHECK(!has_ended_);
    if (std::exchange(is_pausing_, false)) {
        interval_ = std::min(interval_ * 2, kLookEvery);
        due_ = now + interval_;
    }
    if (due_ && now < *due_) return *due_;
    for (State& state : states_) attend(state);
    if (on_begun_ && std::ranges::all_of(states_, &State::has_begun)) {
        std::exchange(on_begun_, nullptr)();
    }
    is_pausing_ = true;
    return now;
}

}  // namespace flightcast::pipeline
