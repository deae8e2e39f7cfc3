// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/lost_places.h"

#include <string>

namespace flightcast::eventlog::kafka {

namespace {

// A broker that was away is behind for a second or two. A log that ends too early for so many looks
// (two a second) will not grow back: it was cut off, or its topic was made anew.
constexpr int kLooksMax = 30;

std::string name_of(const TopicPartition& at) {
    return "'" + at.topic + "' [" + std::to_string(at.partition.value()) + "]";
}

}  // namespace

void LostPlaces::lost(const TopicPartition& at, std::optional<Offset> place) {
    const std::lock_guard lock(mutex_);
    if (!place) {
        found_.insert_or_assign(at, start_);
        return;
    }
    trouble_.note(
        RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE,
        name_of(at) + ": the broker does not have offset " + std::to_string(place->value()) +
            "; it is asked what it has"
    );
    const auto known = lost_.find(at);
    if (known != lost_.end() && known->second.place == *place) return;
    lost_.insert_or_assign(at, Lost{.place = *place});
}

void LostPlaces::forget(const TopicPartition& at) {
    const std::lock_guard lock(mutex_);
    lost_.erase(at);
    found_.erase(at);
}

bool LostPlaces::look(const Ask& ask) {
    std::map<TopicPartition, Lost> sought;
    {
        const std::lock_guard lock(mutex_);
        sought = lost_;
    }
    for (const auto& [at, lost] : sought) {
        if (const auto range = ask(at)) looked(at, lost.place, *range);
    }
    const std::lock_guard lock(mutex_);
    return lost_.empty();
}

void LostPlaces::looked(const TopicPartition& at, Offset place, const PartitionRange& range) {
    const std::lock_guard lock(mutex_);
    const auto known = lost_.find(at);
    // It may have been forgotten meanwhile, or lost anew.
    if (known == lost_.end() || known->second.place != place) return;
    const std::string asked = name_of(at) + ": offset " + std::to_string(place.value());
    Offset next = place;
    if (range.first > place) {
        next = range.first;
        trouble_.tell(
            NoticeLevel::warning,
            "Kafka: " + asked + " and those after it were removed before they were read; it goes " +
                "on at " + std::to_string(next.value())
        );
    } else if (range.end < place) {
        if (++known->second.looks < kLooksMax) return;
        next = range.first;
        trouble_.tell(
            NoticeLevel::error,
            "Kafka: " + asked + " is gone, the log was cut off or made anew and ends at " +
                std::to_string(range.end.value()) + "; it is read from its beginning"
        );
    }
    lost_.erase(known);
    found_.insert_or_assign(at, next);
}

std::vector<Position> LostPlaces::found() {
    const std::lock_guard lock(mutex_);
    std::vector<Position> positions;
    positions.reserve(found_.size());
    for (const auto& [at, next] : found_) positions.push_back({at, next});
    return positions;
}

}  // namespace flightcast::eventlog::kafka
