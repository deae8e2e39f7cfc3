// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "features/online/decay.h"

namespace flightcast::features::online {

// A mean whose weights halve with age: the sums of values and of weights.
struct Mean {
    double sum = 0;
    double weight = 0;

    void decay_by(double factor) {
        sum *= factor;
        weight *= factor;
    }
    void add(double value, double factor) {
        sum += value * factor;
        weight += factor;
    }

    // As if `strength` values of `parent`, unless it is NaN, had been seen, too; `parent` without
    // any weight. What is left of a weight that was taken back is rounding.
    [[nodiscard]] double value(double parent, double strength) const {
        constexpr double kWeightMin = 1e-9;
        if (weight < kWeightMin) return parent;
        if (std::isnan(parent)) return sum / weight;
        return (sum + strength * parent) / (weight + strength);
    }
};

// One part of the additive model: so many minutes are lost here, give or take. Without news it
// goes back to 0 and its variance to `sd` squared.
struct Effect {
    double minutes = 0;
    double variance = 0;
};

struct EffectShape {
    double half_life = 0;  // seconds
    double sd = 0;         // minutes

    [[nodiscard]] constexpr double variance() const { return sd * sd; }
};

// The half-lives of the means and effects that the entries of a table have.
template <std::size_t Means, std::size_t Effects>
struct Shape {
    std::array<double, Means> means{};
    std::array<EffectShape, Effects> effects{};
    std::size_t keys_max = 0;
};

// All that is known of one key (an airport, a route ...) at the time of its last news.
template <std::size_t Means, std::size_t Effects>
struct Entry {
    double time = 0;
    std::array<Mean, Means> means{};
    std::array<Effect, Effects> effects{};

    // The entry at a later time; itself at an earlier one.
    void move_to(double later, const Shape<Means, Effects>& shape) {
        if (!(later > time)) return;
        const double elapsed = later - time;
        time = later;
        for (std::size_t i = 0; i < Means; ++i) means[i].decay_by(decay(elapsed, shape.means[i]));
        for (std::size_t i = 0; i < Effects; ++i) {
            const double left = decay(elapsed, shape.effects[i].half_life);
            const double rest = shape.effects[i].variance();
            effects[i].minutes *= left;
            effects[i].variance = rest + (effects[i].variance - rest) * left * left;
        }
    }
};

// Of boost's flat maps: 15 slots stand in a group of 16 bytes more, the groups are a power of two,
// of the slots seven eighths are taken at most, and a map that is made anew has room for a 61st
// more. So many keys, and no more, keep to so many groups.
[[nodiscard]] constexpr std::size_t keys_of_groups(std::size_t groups) {
    return groups * 15 * 7 / 8 * 60 / 62;
}
template <typename Map>
[[nodiscard]] std::size_t bytes_of(const Map& map) {
    const std::size_t groups = (map.bucket_count() + 1) / 15;
    return groups * (16 + 15 * sizeof(typename Map::value_type));
}

// The entries of one kind of key. A new key of a full table gets no entry, and is answered as an
// unknown one.
template <std::size_t Means, std::size_t Effects>
class Table {
  public:
    using EntryType = Entry<Means, Effects>;
    using ShapeType = Shape<Means, Effects>;
    using Map = boost::unordered_flat_map<std::uint64_t, EntryType>;

    explicit Table(const ShapeType& shape) : shape_(&shape) {}

    // The entry of `key` as it is at `time`: a new one of a key that has none.
    [[nodiscard]] EntryType at(std::uint64_t key, double time) const {
        const auto found = entries_.find(key);
        if (found == entries_.end()) return fresh(time);
        EntryType entry = found->second;
        entry.move_to(time, *shape_);
        return entry;
    }

    // The entry of `key`, moved to `time` where it is older; null when there is no room. Valid
    // until the next call.
    [[nodiscard]] EntryType* touch(std::uint64_t key, double time) {
        const auto found = entries_.find(key);
        if (found != entries_.end()) {
            found->second.move_to(time, *shape_);
            return &found->second;
        }
        if (entries_.size() >= shape_->keys_max) return nullptr;
        return &entries_.emplace(key, fresh(time)).first->second;
    }

    // The entry of `key`; null when there is none.
    [[nodiscard]] EntryType* find(std::uint64_t key) {
        const auto found = entries_.find(key);
        return found == entries_.end() ? nullptr : &found->second;
    }

    // Forgets keys without news since `oldest`.
    void forget_before(double oldest) {
        boost::unordered::erase_if(entries_, [oldest](const auto& item) {
            return item.second.time < oldest;
        });
    }

    void put(std::uint64_t key, const EntryType& entry) { entries_.insert_or_assign(key, entry); }
    [[nodiscard]] const Map& entries() const { return entries_; }
    [[nodiscard]] const ShapeType& shape() const { return *shape_; }

  private:
    [[nodiscard]] EntryType fresh(double time) const {
        EntryType entry{.time = time};
        for (std::size_t i = 0; i < Effects; ++i) {
            entry.effects[i].variance = shape_->effects[i].variance();
        }
        return entry;
    }

    const ShapeType* shape_;  // one of the constants
    Map entries_;
};

}  // namespace flightcast::features::online
