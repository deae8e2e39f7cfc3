// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "arrival/source_ranks.h"
#include "base/clock.h"
#include "base/result.h"
#include "eventlog/replay.h"
#include "features/online/fold.h"
#include "flight/airports/airport_table.h"
#include "gateway/accept/acceptor.h"
#include "gateway/live_figures.h"
#include "gateway/record_feed.h"
#include "gateway/socketio/namespace.h"

namespace flightcast::gateway {

// How flights go today: a fold of the arrivals of the last two weeks, on the I/O thread. It starts
// from nothing, whatever the model in use knows. Pages of /live are told of its airports
// (`airports`) at most once in two seconds.
//
// Thread-safety: the I/O thread only.
class DaysFeed {
  public:
    // So far back arrivals are read at the start: two half-lives of the usual minutes of airports,
    // one of those of routes.
    static constexpr auto kWindow = std::chrono::hours(14 * 24);

    // All of it outlives the object.
    struct Parts {
        const base::Clock& clock;
        accept::Post post;
        socketio::Namespace& pages;
        std::shared_ptr<const flight::AirportTable> airports;  // null: no regions
        arrival::SourceRanks ranks;
        bool by_event_time = false;  // time goes as far as the reports do, not as the clock does
        std::function<void(const base::Error&)> on_trouble;  // arrivals cannot be read
    };
    explicit DaysFeed(Parts parts);

    // Once.
    void start(eventlog::Replay arrivals) { feed_.start(std::move(arrivals)); }

    [[nodiscard]] const features::online::Fold& fold() const { return fold_; }

    // The time for which the days' state is asked.
    [[nodiscard]] base::WallTime now() const;

    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const;
    void expire(base::SteadyTime now);

  private:
    const Parts parts_;
    features::online::Fold fold_;
    LiveFigures live_;
    RecordFeed feed_;
};

}  // namespace flightcast::gateway
