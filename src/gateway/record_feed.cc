// SPDX-License-Identifier: Apache-2.0
#include "gateway/record_feed.h"

#include <utility>

#include "eventlog/positions.h"

namespace flightcast::gateway {
namespace {

constexpr auto kAfterTrouble = std::chrono::milliseconds(500);

// Between two looks at a log that has nothing new: figures that are so old are new enough.
constexpr auto kPause = std::chrono::milliseconds(50);

// About half a millisecond of work.
constexpr std::size_t kRecordsAtOnce = 256;

}  // namespace

RecordFeed::~RecordFeed() {
    if (records_) records_->reader->on_ready({});
}

void RecordFeed::start(eventlog::Replay records) {
    records_.emplace(std::move(records));
    records_->reader->on_ready([this] { post_step(); });
    post_step();
}

// Any thread: many records, one wake-up.
void RecordFeed::post_step() {
    if (is_posted_.exchange(true)) return;
    parts_.post([this] {
        is_posted_ = false;
        if (!again_at_) step();
    });
}

void RecordFeed::step() {
    const auto records = records_->reader->poll(kRecordsAtOnce);
    const base::SteadyTime now = parts_.clock.steady_now();
    if (!records) {
        put_off(now + kAfterTrouble);
        return parts_.on_trouble(records.error());
    }
    for (const eventlog::Record& record : *records) {
        parts_.take(record);
    }
    if (!records->empty() && parts_.on_change) parts_.on_change();
    if (!caught_up_) {
        caught_up_ = eventlog::has_reached(records_->reader->positions(), records_->caught_up_at);
    }
    if (records->size() == kRecordsAtOnce) return post_step();
    if (!records->empty()) put_off(now + kPause);
}

void RecordFeed::expire(base::SteadyTime now) {
    if (!again_at_ || *again_at_ > now) return;
    again_at_.reset();
    step();
}

}  // namespace flightcast::gateway
