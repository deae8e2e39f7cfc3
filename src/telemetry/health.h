// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace flightcast::telemetry {

// What a failing check means: `live` that only a restart can help, `ready` that requests should go
// elsewhere for now, `note` that an operator should know, while requests are as well served here as
// elsewhere. What fails `live` fails `ready` too; a note fails neither and stands in the report of
// `ready`.
enum class HealthScope { live, ready, note };

struct HealthCheck {
    std::string name;
    std::string reason;  // why it fails, for people; empty: it passes
    bool is_note = false;

    bool operator==(const HealthCheck&) const = default;
};

struct HealthReport {
    bool healthy = true;
    std::vector<HealthCheck> checks;  // sorted by name

    // {"status": "ok", "checks": {"event log": "ok", "model": "loading"}}; "status" is "failing"
    // unless all but notes are "ok".
    [[nodiscard]] std::string to_json() const;
};

// Whether the program works, as named checks that its parts keep up to date; /livez and /readyz
// answer them. A check that was never passed fails with "starting".
//
// Thread-safety: any thread may call any member.
class Health {
  public:
    // Adds a check that fails until pass() is called. Adding it again changes nothing.
    void add(const std::string& name, HealthScope scope);

    // REQUIRES: `name` was added.
    void pass(std::string_view name);
    void fail(std::string_view name, std::string reason);

    [[nodiscard]] HealthReport report(HealthScope scope) const;

  private:
    struct State {
        HealthScope scope;
        std::string reason;
    };

    State& state_of(std::string_view name);  // REQUIRES: mutex_ is held

    mutable std::mutex mutex_;
    std::map<std::string, State, std::less<>> checks_;  // guarded by mutex_
};

}  // namespace flightcast::telemetry
