// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "gateway/socketio/namespace.h"

namespace flightcast::gateway {

// The namespace to which pages connect that show figures live.
inline constexpr std::string_view kLiveNamespace = "/live";

// Tells the pages of the namespace /live that figures have changed: the event `performance`, with
// what GET /api/v1/performance answers, at most once in kPause, soon after the first change.
// Without a page nothing is computed.
//
// Thread-safety: the I/O thread only.
class LiveFigures {
  public:
    static constexpr auto kPause = std::chrono::milliseconds(500);

    // All of it outlives the object.
    struct Parts {
        const base::Clock& clock;
        socketio::Namespace& pages;
        std::function<std::string()> figures;  // one JSON object
    };
    explicit LiveFigures(Parts parts) : parts_(std::move(parts)) {}

    // Flights were judged.
    void note_change();

    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const { return due_; }
    void expire(base::SteadyTime now);

  private:
    const Parts parts_;
    std::optional<base::SteadyTime> due_;  // of a change that was not told yet
    base::SteadyTime told_{};
};

}  // namespace flightcast::gateway
