// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/check.h"

namespace flightcast::base {

// The values of the keys added last; when it is full, the oldest key gives way.
//
// Thread-safety: one thread.
template <typename Key, typename Value>
class RecentMap {
  public:
    // REQUIRES: capacity > 0.
    explicit RecentMap(std::size_t capacity) : capacity_(capacity) { FC_CHECK(capacity > 0); }

    // Adds a key; one that is there keeps its value.
    void add(const Key& key, Value value) {
        if (!values_.try_emplace(key, std::move(value)).second) return;
        if (order_.size() < capacity_) {
            order_.push_back(key);
            return;
        }
        values_.erase(std::exchange(order_[next_], key));
        next_ = (next_ + 1) % capacity_;
    }

    [[nodiscard]] bool contains(const Key& key) const { return values_.contains(key); }

    // Null when the key is not there. Lives until the map changes.
    [[nodiscard]] const Value* find(const Key& key) const {
        const auto found = values_.find(key);
        return found == values_.end() ? nullptr : &found->second;
    }

    // Takes the value of `key` out, if it is there.
    std::optional<Value> take(const Key& key) {
        auto node = values_.extract(key);
        if (!node) return std::nullopt;
        return std::move(node.mapped());
    }

  private:
    const std::size_t capacity_;
    std::unordered_map<Key, Value> values_;
    std::vector<Key> order_;  // a ring; may name keys that were taken out
    std::size_t next_ = 0;    // the oldest, once the ring is full
};

}  // namespace flightcast::base
