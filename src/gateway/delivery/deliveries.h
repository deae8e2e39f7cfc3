// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/recent_map.h"
#include "base/strong_id.h"
#include "base/uuid.h"
#include "gateway/delivery/outcome_cache.h"

namespace flightcast::gateway::delivery {

// One connected client; 0 is no client.
using ClientId = base::StrongId<struct ClientTag, std::uint64_t>;

// The effects of deliveries. Called from within their members; must not call back into them.
class DeliverySink {
  public:
    virtual ~DeliverySink() = default;

    // Hands the final outcome to the client.
    virtual void deliver(ClientId client, const SharedOutcome& outcome) = 0;

    // The wait is over without an outcome; a later join may still find one.
    virtual void timed_out(ClientId client, const base::Uuid& id) = 0;

    // Asks the store for the outcome of `id`; the answer is given to Deliveries::found.
    virtual void look_up(const base::Uuid& id) = 0;
};

struct DeliveryOptions {
    std::size_t cache_bytes_max = base::limits::kOutcomeCacheBytesMax;
    std::size_t waiters_max = base::limits::kWaitersMax;
    std::size_t waits_per_client_max = base::limits::kRoomsPerSocketMax;
    std::chrono::microseconds request_timeout = base::limits::kRequestTimeout;
    bool has_store = true;  // whether looking up makes sense
};

enum class JoinOutcome { joined, too_many };

// Brings every outcome to the clients that wait for it, whichever is first: the join or the
// outcome. A join is registered before anything is looked up, so nothing slips between; while it
// waits, the store is asked again after 1, 2, 4 .. 30 s. A client gets at most one final outcome
// for each join. Holds no socket and reads no clock.
//
// Thread-safety: one thread.
class Deliveries {
  public:
    Deliveries(DeliverySink& sink, DeliveryOptions options);

    // `client` waits for the outcome of `id` from now on: one that is in the cache is delivered at
    // once. Joining again while waiting changes nothing. Errors: too_many, then nothing was
    // registered.
    JoinOutcome join(ClientId client, const base::Uuid& id, base::SteadyTime now);

    // `client` is gone and waits for nothing any more.
    void forget(ClientId client);

    // Takes an outcome from the log. Later ones for the same id change nothing.
    void arrived(const SharedOutcome& outcome);

    // The store answered a look_up: null when it has none, or could not say.
    void found(const base::Uuid& id, const SharedOutcome& outcome);

    // This gateway accepted `id` just now, so the log will bring its outcome: a join need not
    // ask the store at first.
    void expect(const base::Uuid& id);

    // Whether a client waits for a request that this gateway accepted: its outcome is under way.
    [[nodiscard]] bool has_due() const;

    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const;
    void expire(base::SteadyTime now);

    [[nodiscard]] std::size_t waiters() const { return waiters_; }

    // How many outcomes have come from the log.
    [[nodiscard]] std::uint64_t arrivals() const { return arrivals_; }
    [[nodiscard]] const OutcomeCache& cache() const { return cache_; }

  private:
    struct Wait {  // of all clients for one id
        std::vector<ClientId> clients;
        base::SteadyTime look_up_at;
        std::chrono::microseconds pause{};  // until the look-up after that
    };
    struct Timer {
        base::SteadyTime at;
        base::Uuid id;
        ClientId client;  // whose wait times out; 0: ask the store for `id` again
        auto operator<=>(const Timer&) const = default;
    };

    void begin_look_ups(const base::Uuid& id, Wait& wait, base::SteadyTime now);
    void finish(const SharedOutcome& outcome);
    void remove_wait(ClientId client, const base::Uuid& id);
    void time_out(const Timer& timer);
    void look_up_again(const Timer& timer);

    DeliverySink& sink_;
    const DeliveryOptions options_;
    OutcomeCache cache_;
    std::unordered_map<base::Uuid, Wait> waits_;
    // For each client the ids that it waits for, and until when.
    std::unordered_map<ClientId, std::unordered_map<base::Uuid, base::SteadyTime>> by_client_;
    std::set<Timer> timers_;
    std::size_t waiters_ = 0;
    std::uint64_t arrivals_ = 0;
    base::RecentMap<base::Uuid, std::monostate> expected_;  // accepted here lately
};

}  // namespace flightcast::gateway::delivery
