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

// Tells the pages of the namespace /live that figures have changed: one event with one JSON object,
// at most once in a pause, soon after the first change. Without a page nothing is computed.
//
// `performance` has the answer of GET /api/v1/performance, `airports` that of GET /api/v1/today.
//
// Thread-safety: the I/O thread only.
class LiveFigures {
  public:
    // All of it outlives the object.
    struct Parts {
        const base::Clock& clock;
        socketio::Namespace& pages;
        std::string_view event = "performance";
        std::function<std::string()> figures;  // one JSON object
        std::chrono::milliseconds pause{500};
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
