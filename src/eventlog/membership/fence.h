// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/membership/port.h"

namespace flightcast::eventlog::membership {

// Decides what becomes of a member whose client the brokers fenced. They do so when another process
// joins under its name; and also when a broker that hung takes a request to join which the client
// had given up for the later one, and makes a member of it that no client knows. The group tells:
// the name is another client's, and the member ends; or a new client takes its place.
//
// Thread-safety: serve() one thread; the others any thread.
class Fence {
  public:
    enum class State {
        none,   // the client works
        asked,  // it is fenced, and the group has not said who has the name
        own,    // this member's own client, or none: renew it
        other,  // another client: for good
    };

    // `name` is this instance's. REQUIRES: `questions` outlives it.
    Fence(Questions& questions, std::string name) : questions_(questions), name_(std::move(name)) {}

    [[nodiscard]] State state() const;
    // Why the client was fenced, and by which other one.
    [[nodiscard]] base::Error error() const;

    // The client was fenced, or could not be renewed.
    void put_up(base::Error error);
    void take_away();

    // Asks the group where that is due, and waits for its answer; returns when it is due again.
    base::SteadyTime serve(base::SteadyTime now);

  private:
    Questions& questions_;
    const std::string name_;
    base::SteadyTime ask_at_{};  // of serve()

    mutable std::mutex mutex_;
    State state_ = State::none;  // guarded by mutex_
    base::Error error_{};        // guarded by mutex_
};

}  // namespace flightcast::eventlog::membership
