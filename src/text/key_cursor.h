// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace flightcast::text {

// Finds the entry for a JSON key in a table of entries with a `name`. Records nearly always have
// their keys in one order, so each search starts behind the entry that was found last.
template <typename Entry, std::size_t size>
class KeyCursor {
  public:
    explicit KeyCursor(const Entry (&entries)[size]) : entries_(entries) {}

    // Null if the table has none of that name.
    const Entry* find(std::string_view name) {
        for (std::size_t tried = 0; tried < size; ++tried) {
            const Entry& entry = entries_[next_];
            next_ = next_ + 1 == size ? 0 : next_ + 1;
            if (entry.name == name) return &entry;
        }
        return nullptr;
    }

  private:
    const Entry (&entries_)[size];
    std::size_t next_ = 0;
};

}  // namespace flightcast::text
