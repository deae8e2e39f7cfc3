// SPDX-License-Identifier: Apache-2.0
#include "pipeline/feed.h"

#include <utility>

#include "base/check.h"
#include "eventlog/positions.h"

namespace flightcast::pipeline {

using base::Result;
using base::SteadyTime;
using eventlog::Record;

Feed::Feed(eventlog::Replay replay, Consume consume, FeedOptions options)
    : replay_(std::move(replay)),
      consume_(std::move(consume)),
      options_(options),
      backoff_(options.backoff) {
    FC_CHECK(replay_.reader != nullptr);
    FC_CHECK(consume_ != nullptr);
    FC_CHECK(options_.batch_max >= 1);
    note_place();
}

void Feed::on_ready(std::function<void()> wake) {
    replay_.reader->on_ready(std::move(wake));
}

void Feed::note_place() {
    FC_CHECK(untaken_.empty());
    if (caught_up_) return;
    caught_up_ = eventlog::has_reached(replay_.reader->positions(), replay_.caught_up_at);
}

void Feed::catch_up_to(std::vector<eventlog::Position> places) {
    replay_.caught_up_at = std::move(places);
    caught_up_ = has_reached(replay_.caught_up_at);
}

bool Feed::has_reached(const std::vector<eventlog::Position>& places) const {
    return untaken_.empty() && eventlog::has_reached(replay_.reader->positions(), places);
}

Step Feed::back_off(base::Error error, SteadyTime now) {
    trouble_ = std::move(error);
    retry_at_ = backoff_.fail(now);
    return Step::backing_off;
}

Step Feed::step(SteadyTime now) {
    if (trouble_ && now < retry_at_) return Step::backing_off;
    if (untaken_.empty()) {
        Result<std::vector<Record>> records = replay_.reader->poll(options_.batch_max);
        if (!records) return back_off(std::move(records).error(), now);
        untaken_ = *std::move(records);
        is_behind_ = untaken_.size() == options_.batch_max;
    }
    const bool has_some = !untaken_.empty();
    if (has_some) {
        const Result<void> taken = consume_(untaken_);
        if (!taken) return back_off(taken.error(), now);
        untaken_.clear();
    }
    note_place();
    trouble_.reset();
    backoff_.succeed();
    return has_some ? Step::worked : Step::idle;
}

}  // namespace flightcast::pipeline
