// SPDX-License-Identifier: Apache-2.0
#include "gateway/days_feed.h"

#include <utility>

#include "base/deadlines.h"
#include "features/online/report.h"
#include "today/today.h"
#include "today/today_json.h"

namespace flightcast::gateway {

DaysFeed::DaysFeed(Parts parts)
    : parts_(std::move(parts)),
      fold_(parts_.airports),
      live_(
          {.clock = parts_.clock,
           .pages = parts_.pages,
           .event = "airports",
           .figures = [this] { return today::airports_json(fold_, now()); },
           .pause = std::chrono::seconds(2)}
      ),
      feed_(
          {.clock = parts_.clock,
           .post = parts_.post,
           .take =
               [this](const eventlog::Record& record) {
                   if (!record.value) return;
                   features::online::add_report(
                       fold_, *record.value, record.appended, parts_.ranks
                   );
               },
           .on_trouble = parts_.on_trouble,
           .on_change = [this] { live_.note_change(); }}
      ) {}

base::WallTime DaysFeed::now() const {
    const auto newest = today::as_of(fold_);
    return parts_.by_event_time && newest ? *newest : parts_.clock.wall_now();
}

std::optional<base::SteadyTime> DaysFeed::next_deadline() const {
    return base::earlier(feed_.next_deadline(), live_.next_deadline());
}

void DaysFeed::expire(base::SteadyTime now) {
    feed_.expire(now);
    live_.expire(now);
}

}  // namespace flightcast::gateway
