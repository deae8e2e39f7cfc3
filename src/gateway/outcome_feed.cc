// SPDX-License-Identifier: Apache-2.0
#include "gateway/outcome_feed.h"

#include <utility>

#include "base/planted_bug.h"

namespace flightcast::gateway {
namespace {

// How long to wait before reading the log again after it failed.
constexpr auto kAgain = std::chrono::milliseconds(200);

}  // namespace

OutcomeFeed::~OutcomeFeed() {
    if (follower_) follower_->on_ready({});
}

void OutcomeFeed::start(eventlog::Replay outcomes, const flight::TopicSet& topics) {
    follower_.emplace(std::move(outcomes), topics, parts_.deliveries);
    follower_->on_ready([this] { post_step(); });
    post_step();
}

// Any thread: many records, one wake-up.
void OutcomeFeed::post_step() {
    if (is_posted_.exchange(true)) return;
    parts_.post([this] { step(); });
}

// Reads one batch; comes again for more, so that clients are served in between.
void OutcomeFeed::step() {
    is_posted_ = false;
    reading_since_ = parts_.clock.wall_now();
    const base::Result<std::size_t> records = follower_->step();
    reading_since_.reset();
    if (!records) {
        caught_up_ = false;
        again_at_ = parts_.clock.steady_now() + kAgain;
        return parts_.on_trouble(records.error());
    }
    if (*records == 0 && base::is_planted(base::PlantedBug::feed_sleeps_on)) is_posted_ = true;
    if (*records > 0) post_step();
    if (!caught_up_ && follower_->caught_up()) {
        caught_up_ = true;
        parts_.on_caught_up();
    }
}

void OutcomeFeed::expire(base::SteadyTime now) {
    if (!again_at_ || *again_at_ > now) return;
    again_at_.reset();
    step();
}

}  // namespace flightcast::gateway
