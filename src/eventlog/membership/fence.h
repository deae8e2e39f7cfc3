// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/membership/port.h"

namespace flightcast::eventlog::membership {

// Decides what becomes of a member whose client the brokers fenced. They do so when another process
// joins under its name; and also when a broker that hung takes a request to join which the client
// had given up for the later one, and makes a member of it that no client knows. Neither the id nor
// the client's name in the group tells the two apart (brokers keep that of the first who had the
// name), but time does: a member that no client knows leaves the group when its session is over. So
// the group is watched for that long. Where the name's holder stays, the member ends; where it
// goes, a new client takes its place.
//
// Thread-safety: serve() one thread; the others any thread.
class Fence {
  public:
    enum class State {
        none,   // the client works
        asked,  // it is fenced, and the group is watched
        own,    // the name has no living holder: renew the client
        other,  // another process has the name: for good
    };

    // `name` is this instance's, `session` the session timeout of its members. REQUIRES:
    // `questions` outlives it.
    Fence(Questions& questions, std::string name, std::chrono::milliseconds session)
        : questions_(questions), name_(std::move(name)), session_(session) {}

    [[nodiscard]] State state() const;
    // Why the client was fenced, and by which other process.
    [[nodiscard]] base::Error error() const;

    // The client was fenced, or could not be renewed.
    void put_up(base::Error error);
    void take_away();

    // Asks the group where that is due, and waits for its answer; returns when it is due again.
    base::SteadyTime serve(base::SteadyTime now);

  private:
    [[nodiscard]] bool lives(const GroupView::Member& holder, bool is_stable, base::SteadyTime now);

    Questions& questions_;
    const std::string name_;
    const std::chrono::milliseconds session_;

    // Of serve().
    base::SteadyTime ask_at_{};
    std::string watched_{};  // the holder's id
    base::SteadyTime::duration watched_for_{};
    base::SteadyTime seen_at_{};  // the last answer with a holder

    mutable std::mutex mutex_;
    State state_ = State::none;  // guarded by mutex_
    base::Error error_{};        // guarded by mutex_
};

}  // namespace flightcast::eventlog::membership
