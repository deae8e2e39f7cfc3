// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "eventlog/record.h"
#include "experiment/shadow_record.h"
#include "flight/calendar/time_zone.h"
#include "scoring/model.h"

namespace flightcast::experiment {

// The models that answer in the shadow, at most limits::kChallengersMax. Asked for once per batch.
using Challengers =
    std::function<std::shared_ptr<const std::vector<std::shared_ptr<const scoring::Model>>>()>;

struct ShadowOptions {
    std::string topic;
    flight::TimeZone zone;

    // A challenger that takes longer for a request, in the mean of a batch, is dropped.
    std::chrono::microseconds slow = std::chrono::milliseconds(10);
};

// Has all challengers answer each request: one record for all of them, keyed by the UUID. A
// challenger that throws, is slow or gives no probabilities is dropped, told, and asked no more
// until it has not been a challenger for a batch; the others are not touched by it. Requests that
// cannot be read make no record: they have no answer to compare with.
//
// Thread-safety: one thread at a time.
class Shadow {
  public:
    using OnDropped = std::function<void(const DroppedModel&)>;

    // REQUIRES: `clock` outlives the object.
    Shadow(
        Challengers challengers,
        const base::Clock& clock,
        ShadowOptions options,
        OnDropped on_dropped = {}
    );

    [[nodiscard]] std::vector<eventlog::NewRecord> process(
        const std::vector<eventlog::Record>& records
    );

  private:
    [[nodiscard]] base::Result<std::vector<flight::Answer>> ask(
        const scoring::Model& model, const std::vector<flight::Request>& requests
    ) const;

    const Challengers challengers_;
    const base::Clock& clock_;
    const ShadowOptions options_;
    const OnDropped on_dropped_;
    std::set<std::string> dropped_;
};

}  // namespace flightcast::experiment
