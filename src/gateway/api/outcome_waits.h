// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/deadlines.h"
#include "base/uuid.h"
#include "gateway/delivery/deliveries.h"

namespace flightcast::gateway::api {

// HTTP requests that wait a bounded time for outcomes. Among the clients of `Deliveries` each
// outcome that is waited for is one, with an id above kFirstClient, where no socket's id is.
//
// Thread-safety: the I/O thread only.
class OutcomeWaits {
  public:
    static constexpr std::uint64_t kFirstClient = std::uint64_t{1} << 63U;

    // REQUIRES: `deliveries` outlives the object.
    explicit OutcomeWaits(delivery::Deliveries& deliveries) : deliveries_(deliveries) {}

    // In the order of the ids; null where none arrived in time.
    using Outcomes = std::vector<delivery::SharedOutcome>;
    using Done = std::move_only_function<void(const Outcomes&)>;

    // Waits until all are there, or until `deadline`. `done` is called once, perhaps before this
    // returns; it must not call `Deliveries`.
    void wait(
        std::span<const base::Uuid> ids, base::SteadyTime now, base::SteadyTime deadline, Done done
    );

    // From now on no wait goes on beyond `latest`, those under way neither.
    void end_by(base::SteadyTime latest);

    [[nodiscard]] static bool owns(delivery::ClientId client) {
        return client.value() >= kFirstClient;
    }

    // Takes the deliveries' outcome for one of these clients; null: its wait was ended there.
    void deliver(delivery::ClientId client, const delivery::SharedOutcome& outcome);

    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const;
    void expire(base::SteadyTime now);

  private:
    struct Wait {
        Outcomes outcomes;
        std::size_t missing = 0;
        std::uint64_t first_client = 0;  // and as many after it as there are outcomes
        base::SteadyTime deadline;
        Done done;
    };

    void leave(const Wait& wait);
    void finish(const std::shared_ptr<Wait>& wait);

    delivery::Deliveries& deliveries_;
    std::uint64_t next_client_ = kFirstClient;
    base::SteadyTime latest_ = base::kNoDeadline;
    std::unordered_map<delivery::ClientId, std::shared_ptr<Wait>> by_client_;
    std::set<std::pair<base::SteadyTime, std::shared_ptr<Wait>>> by_deadline_;
};

}  // namespace flightcast::gateway::api
