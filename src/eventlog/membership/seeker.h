// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <vector>

#include "base/clock.h"
#include "eventlog/membership/places.h"
#include "eventlog/membership/watch.h"

namespace flightcast::eventlog::membership {

// Finds where to read, and finds it again where a log is no longer the one that was read: the part
// that readers with and without a group share. The reader's thread orders, serve() asks the
// brokers, and the reader takes the places found with its next poll.
//
// Thread-safety: serve() has a thread of its own; any thread may call the others.
class Seeker {
  public:
    // `hurry` is called when serve() has something to do. REQUIRES: all outlive it.
    Seeker(
        Questions& questions,
        Standing& standing,
        const base::Clock& clock,
        StartOfGroup start,
        std::function<void()> hurry
    );

    // Forgets all, and seeks these by their group's committed positions.
    void seek(const std::vector<TopicPartition>& partitions);
    void forget() { seek({}); }
    // Reading begins at a place that needs no seeking.
    void begin(const TopicPartition& at);
    // No broker has `place`, where reading was to go on.
    void lost(const TopicPartition& at, Offset place);
    // Reading goes on from there, where it was before.
    void rewound(const std::vector<Claim>& claims);
    // Records were read.
    void read(std::span<const Record> records);
    // Proofs of the log to which `next` belongs.
    [[nodiscard]] std::vector<Proof> proofs(const TopicPartition& at, Offset next) const;
    // The places found since the last call.
    [[nodiscard]] std::vector<Places::Found> take_found();

    // Asks open questions, and waits for answers. `changed` is called with a partition whose
    // log is another one: nothing more of it must be handed out until it is found. Returns when to
    // come again.
    base::SteadyTime serve(
        base::SteadyTime now, const std::function<void(const TopicPartition&)>& changed
    );
    // Whether take_found() has something to give.
    [[nodiscard]] bool has_found() const;

  private:
    void look_for_places();
    void watch_logs(const std::function<void(const TopicPartition&)>& changed);

    Questions& questions_;
    const base::Clock& clock_;
    const std::function<void()> hurry_;

    // Of serve().
    Places places_;
    base::SteadyTime watch_at_{};

    mutable std::mutex mutex_;
    std::uint64_t ticket_ = 0;                        // guarded by mutex_, as all that follows:
                                                      // grows whenever all is forgotten
    std::map<TopicPartition, Places::Order> orders_;  // partitions to be found
    bool has_new_orders_ = false;
    std::vector<Places::Found> found_;
    Watch watch_;
};

}  // namespace flightcast::eventlog::membership
