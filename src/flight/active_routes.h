// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "flight/route_table.h"

namespace flightcast::flight {

// The routes in force. Each judgement of a flight takes a snapshot, so that a table that is
// replaced meanwhile stays whole for it.
//
// Thread-safety: any thread may call any member.
class ActiveRoutes {
  public:
    explicit ActiveRoutes(RouteTable routes)
        : routes_(std::make_shared<const RouteTable>(std::move(routes))) {}

    [[nodiscard]] std::shared_ptr<const RouteTable> snapshot() const {
        const std::lock_guard lock(mutex_);
        return routes_;
    }

    void replace(RouteTable routes) {
        auto next = std::make_shared<const RouteTable>(std::move(routes));
        const std::lock_guard lock(mutex_);
        routes_.swap(next);  // The old one may go when the lock is given back.
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const RouteTable> routes_;  // guarded by mutex_
};

}  // namespace flightcast::flight
