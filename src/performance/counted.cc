// SPDX-License-Identifier: Apache-2.0
#include "performance/counted.h"

#include <cstring>
#include <utility>

#include "base/check.h"

namespace flightcast::performance {
namespace {

constexpr std::size_t kFirstSize = 1'024;

std::size_t place_of(const CountedSet::Key& key, std::size_t size) {
    return (key.bits[0] ^ (key.bits[1] * 0x9e37'79b9'7f4a'7c15U)) & (size - 1);
}

}  // namespace

CountedSet::CountedSet(std::size_t entries_max) : half_(entries_max / 2) {
    FC_CHECK(half_ > 0);
}

CountedSet::Key CountedSet::key_of(const base::Uuid& id, std::uint64_t model) {
    Key key{};
    static_assert(sizeof key.bits == sizeof id.bytes);
    std::memcpy(key.bits.data(), id.bytes.data(), sizeof key.bits);
    key.bits[0] ^= model * 0x9e37'79b9'7f4a'7c15U;
    return key;
}

CountedSet::Entry* CountedSet::Table::find(const Key& key) {
    if (entries.empty()) return nullptr;
    for (std::size_t place = place_of(key, entries.size());;
         place = (place + 1) & (entries.size() - 1)) {
        Entry& entry = entries[place];
        if (entry.counted.revision == 0) return nullptr;
        if (entry.key == key) return &entry;
    }
}

void CountedSet::Table::put(const Entry& entry) {
    if (count * 10 >= entries.size() * 8) grow();
    std::size_t place = place_of(entry.key, entries.size());
    while (entries[place].counted.revision != 0) place = (place + 1) & (entries.size() - 1);
    entries[place] = entry;
    ++count;
}

void CountedSet::Table::grow() {
    std::vector<Entry> old = std::exchange(
        entries, std::vector<Entry>(entries.empty() ? kFirstSize : 2 * entries.size())
    );
    count = 0;
    for (const Entry& entry : old) {
        if (entry.counted.revision != 0) put(entry);
    }
}

Counted* CountedSet::find(const Key& key) {
    if (Entry* const entry = newer_.find(key)) return &entry->counted;
    Entry* const entry = older_.find(key);
    return entry == nullptr ? nullptr : &entry->counted;
}

void CountedSet::put(const Key& key, const Counted& counted) {
    FC_CHECK(counted.revision > 0);
    if (newer_.count >= half_) {
        older_ = std::move(newer_);
        newer_ = {};
    }
    newer_.put({.key = key, .counted = counted});
}

}  // namespace flightcast::performance
