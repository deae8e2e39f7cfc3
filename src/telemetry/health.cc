// SPDX-License-Identifier: Apache-2.0
#include "telemetry/health.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "base/check.h"

namespace flightcast::telemetry {

std::string HealthReport::to_json() const {
    boost::json::object by_name;
    for (const HealthCheck& check : checks) {
        by_name[check.name] = check.reason.empty() ? "ok" : check.reason;
    }
    return boost::json::serialize(
        boost::json::object{{"status", healthy ? "ok" : "failing"}, {"checks", std::move(by_name)}}
    );
}

void Health::add(const std::string& name, HealthScope scope) {
    const std::lock_guard lock(mutex_);
    checks_.try_emplace(name, State{scope, "starting"});
}

void Health::pass(std::string_view name) {
    const std::lock_guard lock(mutex_);
    state_of(name).reason.clear();
}

void Health::fail(std::string_view name, std::string reason) {
    FC_CHECK(!reason.empty());
    const std::lock_guard lock(mutex_);
    state_of(name).reason = std::move(reason);
}

HealthReport Health::report(HealthScope scope) const {
    HealthReport report;
    const std::lock_guard lock(mutex_);
    for (const auto& [name, state] : checks_) {
        if (scope == HealthScope::live && state.scope != HealthScope::live) continue;
        const bool counts = state.scope != HealthScope::note;
        report.healthy = report.healthy && (state.reason.empty() || !counts);
        report.checks.push_back({.name = name, .reason = state.reason, .is_note = !counts});
    }
    return report;
}

Health::State& Health::state_of(std::string_view name) {
    const auto found = checks_.find(name);
    FC_CHECK(found != checks_.end());
    return found->second;
}

}  // namespace flightcast::telemetry
