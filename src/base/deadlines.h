// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <utility>

#include "base/clock.h"

namespace flightcast::base {

// Not set.
constexpr SteadyTime kNoDeadline = SteadyTime::max();

// At most one deadline for each of many objects, the earliest first. `Slot` is the member of T that
// holds the object's own deadline; only this class writes it. The object must be cleared before it
// goes away.
//
// Thread-safety: one thread.
template <typename T, SteadyTime T::* Slot>
class Deadlines {
  public:
    // Replaces the object's deadline.
    void set(T& object, SteadyTime at) {
        clear(object);
        object.*Slot = at;
        queue_.insert({at, &object});
    }

    void clear(T& object) {
        if (object.*Slot == kNoDeadline) return;
        queue_.erase({object.*Slot, &object});
        object.*Slot = kNoDeadline;
    }

    [[nodiscard]] std::optional<SteadyTime> next() const {
        if (queue_.empty()) return std::nullopt;
        return queue_.begin()->first;
    }

    // An object whose deadline is not after `now`, with its deadline cleared; nullptr: none is
    // left.
    [[nodiscard]] T* take_due(SteadyTime now) {
        if (queue_.empty() || queue_.begin()->first > now) return nullptr;
        T* due = queue_.begin()->second;
        clear(*due);
        return due;
    }

  private:
    std::set<std::pair<SteadyTime, T*>> queue_;
};

// The earlier of two deadlines that may not be there.
[[nodiscard]] inline std::optional<SteadyTime> earlier(
    std::optional<SteadyTime> a, std::optional<SteadyTime> b
) {
    if (!a || !b) return a ? a : b;
    return *a < *b ? a : b;
}

}  // namespace flightcast::base
