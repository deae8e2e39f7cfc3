// SPDX-License-Identifier: Apache-2.0
#include "pipeline/held_records.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace flightcast::pipeline {

using base::SteadyTime;
using eventlog::Position;
using eventlog::Record;

void HeldRecords::add(std::vector<Record> records, SteadyTime now, const HoldFor& hold_for) {
    for (Record& record : records) {
        std::deque<Held>& of_partition = held_[record.at];
        if (!of_partition.empty() && record.offset <= of_partition.back().record.offset) {
            size_ -= of_partition.size();
            of_partition.clear();
        }
        const std::chrono::microseconds pause = hold_for(record);
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
        while (!of_partition.empty() && of_partition.front().due <= now &&
               due.size() < records_max) {
            due.push_back(std::move(of_partition.front().record));
            of_partition.pop_front();
        }
    }
    std::erase_if(held_, [](const auto& entry) { return entry.second.empty(); });
    size_ -= due.size();
    return due;
}

std::optional<SteadyTime> HeldRecords::next_due() const {
    std::optional<SteadyTime> next;
    for (const auto& [at, of_partition] : held_) {
        const SteadyTime due = of_partition.front().due;
        next = std::min(next.value_or(due), due);
    }
    return next;
}

}  // namespace flightcast::pipeline
