// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <unordered_map>

#include "base/uuid.h"
#include "flight/outcome.h"

namespace flightcast::gateway::delivery {

using SharedOutcome = std::shared_ptr<const flight::Outcome>;

// The newest outcomes, for those who join after theirs has come. Of several for one id it keeps the
// one that counts (flight/precedence.h). The oldest go when the bound is reached.
//
// Thread-safety: one thread.
class OutcomeCache {
  public:
    explicit OutcomeCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    // True when it is news: the first outcome for its id, or one that beats the known one.
    bool put(const SharedOutcome& outcome);

    // Null if it is not there.
    [[nodiscard]] SharedOutcome find(const base::Uuid& id) const;

    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    [[nodiscard]] std::size_t size() const { return by_id_.size(); }

  private:
    using Order = std::list<SharedOutcome>;  // the oldest first

    void add(const SharedOutcome& outcome);
    void remove(Order::iterator place);

    const std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    Order order_;
    std::unordered_map<base::Uuid, Order::iterator> by_id_;
};

}  // namespace flightcast::gateway::delivery
