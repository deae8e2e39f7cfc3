// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/uuid.h"

namespace flightcast::performance {

// What of the evaluation of one prediction by one model was counted last.
struct Counted {
    std::int32_t minute = 0;  // of the first revision, since the epoch
    std::uint16_t revision = 0;
    std::uint8_t verdict = 0;
    std::uint8_t observed = 0;
};

// The evaluations that were counted, so that none counts twice: 24 bytes each. The newest half of
// the bound at least is known; what is older is forgotten together.
//
// Thread-safety: one thread.
class CountedSet {
  public:
    // REQUIRES: entries_max >= 2.
    explicit CountedSet(std::size_t entries_max);

    struct Key {
        std::array<std::uint64_t, 2> bits;

        bool operator==(const Key&) const = default;
    };
    [[nodiscard]] static Key key_of(const base::Uuid& id, std::uint64_t model);

    // The entry of `key`; null if it is unknown. Valid until put() is called.
    [[nodiscard]] Counted* find(const Key& key);

    // Adds an entry. REQUIRES: the key is unknown.
    void put(const Key& key, const Counted& counted);

    [[nodiscard]] std::size_t size() const { return newer_.count + older_.count; }

  private:
    struct Entry {
        Key key{};
        Counted counted{};
    };
    // Open addressing; an entry with revision 0 is free.
    struct Table {
        std::vector<Entry> entries;
        std::size_t count = 0;

        [[nodiscard]] Entry* find(const Key& key);
        void put(const Entry& entry);
        void grow();
    };

    const std::size_t half_;
    Table newer_;
    Table older_;
};

}  // namespace flightcast::performance
