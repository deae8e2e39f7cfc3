// SPDX-License-Identifier: Apache-2.0
#include "app/topics/topics_unanswered.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "app/topics/topics_read.h"
#include "base/limits.h"
#include "base/uuid.h"
#include "eventlog/positions.h"
#include "flight/prediction_json.h"

namespace flightcast::app::topics {

using base::Result;
using base::Uuid;
using eventlog::Offset;
using eventlog::Position;
using eventlog::Record;

namespace {

std::optional<Uuid> uuid_of(const Record& record) {
    return record.value ? flight::uuid_of_outcome(*record.value) : std::nullopt;
}

// The ids of all requests that have an outcome, sorted.
Result<std::vector<Uuid>> answered_ids(
    TopicsSource& source, const FlightTopics& topics, const eventlog::Start& since
) {
    std::vector<Uuid> ids;
    const auto take = [&ids](const Record& record) -> Result<void> {
        if (const auto id = uuid_of(record)) ids.push_back(*id);
        if (ids.size() <= base::limits::kUnansweredOutcomesMax) return {};
        return base::fail(
            base::Errc::full,
            "more than " + std::to_string(base::limits::kUnansweredOutcomesMax) +
                " outcomes: look at those of a shorter time, such as --since 24h"
        );
    };
    for (const std::string& topic : topics.outcomes) {
        const Result<void> read = read_to_end(source, topic, since, take);
        const bool may_be_missing = topic == topics.may_be_missing;
        if (!read && (read.error().code != base::Errc::not_found || !may_be_missing))
            return std::unexpected(read.error());
    }
    std::ranges::sort(ids);
    return ids;
}

// The place of a partition in `found`, whose positions stand at the ends at first.
class Places {
  public:
    explicit Places(Unanswered& found) : found_(found), ends_(found.positions) {}

    void take(const Record& record, bool is_answered) {
        const auto end = std::ranges::find(ends_, record.at, &Position::at);
        if (end == ends_.end() || record.offset >= end->next) return;  // came after the call
        Position& place = found_.positions[static_cast<std::size_t>(end - ends_.begin())];
        const bool is_behind = place.next < end->next;
        if (is_answered) {
            if (is_behind) ++found_.answered_again;
            return;
        }
        ++found_.waiting;
        if (!is_behind) place.next = record.offset;
    }

  private:
    Unanswered& found_;
    const std::vector<Position> ends_;
};

std::string requests_text(std::int64_t count, const char* one, const char* many) {
    return std::to_string(count) + (count == 1 ? one : many);
}

}  // namespace

Result<Unanswered> find_unanswered(
    TopicsSource& source, const FlightTopics& topics, const eventlog::Start& since
) {
    Unanswered found;
    FC_TRY(found.positions, eventlog::ends_of(source.log().admin(), {topics.requests}));
    // The outcomes after the ends are noted: one that comes in between is not missed.
    FC_TRY(const std::vector<Uuid> answered, answered_ids(source, topics, since));
    Places places(found);
    const auto take = [&](const Record& record) -> Result<void> {
        const auto id = uuid_of(record);
        if (id) places.take(record, std::ranges::binary_search(answered, *id));
        return {};
    };
    FC_TRY_VOID(read_to_end(source, topics.requests, since, take));
    return found;
}

std::string unanswered_text(const Unanswered& found) {
    std::string text =
        requests_text(found.waiting, " request waits", " requests wait") + " for an outcome";
    if (found.answered_again > 0) {
        text += "; " + requests_text(found.answered_again, " request", " requests") +
                " behind the first of them " + (found.answered_again == 1 ? "has" : "have") +
                " one already and will be answered again";
    }
    return text + ".\n";
}

}  // namespace flightcast::app::topics
