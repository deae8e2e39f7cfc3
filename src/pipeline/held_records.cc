// SPDX-License-Identifier: Apache-2.0
#include "pipeline/held_records.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace flightcast::pipeline {

using base::SteadyTime;
using eventlog::Position;
using eventlog::Record;

bool HeldRecords::may_pass(const std::vector<Record>& polled) const {
    if (holding_.hold_for || size_ > 0) return false;
    return !holding_.awaits || std::ranges::none_of(polled, holding_.awaits);
}

bool HeldRecords::may_go(const Held& held, SteadyTime now) const {
    if (now < held.due) return false;
    return !holding_.awaits || now >= held.due + holding_.await_most ||
           !holding_.awaits(held.record);
}

void HeldRecords::add(std::vector<Record> records, SteadyTime now) {
    for (Record& record : records) {
        std::deque<Held>& of_partition = held_[record.at];
        if (!of_partition.empty() && record.offset <= of_partition.back().record.offset) {
            size_ -= of_partition.size();
            of_partition.clear();
        }
        const std::chrono::microseconds pause =
            holding_.hold_for ? holding_.hold_for(record) : std::chrono::microseconds(0);
        FC_CHECK(pause.count() >= 0);
        of_partition.push_back({std::move(record), now + pause});
        ++size_;
    }
}

void HeldRecords::keep_only(const std::vector<Position>& positions) {
    std::erase_if(held_, [&](const auto& entry) {
        const auto& [at, of_partition] = entry;
        const auto found = std::ranges::find(positions, at, &Position::at);
        if (found != positions.end() && found->next > of_partition.back().record.offset) {
            return false;
        }
        size_ -= of_partition.size();
        return true;
    });
}

void HeldRecords::clear() {
    held_.clear();
    size_ = 0;
}

std::vector<Record> HeldRecords::take_due(SteadyTime now, std::size_t records_max) {
    std::vector<Record> due;
    for (auto& [at, of_partition] : held_) {
        while (!of_partition.empty() && due.size() < records_max &&
               may_go(of_partition.front(), now)) {
            due.push_back(std::move(of_partition.front().record));
            of_partition.pop_front();
        }
    }
    std::erase_if(held_, [](const auto& entry) { return entry.second.empty(); });
    size_ -= due.size();
    return due;
}

std::optional<SteadyTime> HeldRecords::next_due(SteadyTime now) const {
    std::optional<SteadyTime> next;
    for (const auto& [at, of_partition] : held_) {
        SteadyTime due = of_partition.front().due;
        if (due <= now && holding_.awaits) due += holding_.await_most;
        next = std::min(next.value_or(due), due);
    }
    return next;
}

}  // namespace flightcast::pipeline
