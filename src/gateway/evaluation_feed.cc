// SPDX-License-Identifier: Apache-2.0
#include "gateway/evaluation_feed.h"

#include <utility>

#include "eventlog/positions.h"
#include "judging/evaluation_json.h"

namespace flightcast::gateway {
namespace {

constexpr auto kAfterTrouble = std::chrono::milliseconds(500);

// Between two looks at a log that has nothing new: figures that are so old are new enough.
constexpr auto kPause = std::chrono::milliseconds(50);

// About half a millisecond of work.
constexpr std::size_t kRecordsAtOnce = 256;

}  // namespace

EvaluationFeed::~EvaluationFeed() {
    if (evaluations_) evaluations_->reader->on_ready({});
}

void EvaluationFeed::start(eventlog::Replay evaluations) {
    evaluations_.emplace(std::move(evaluations));
    evaluations_->reader->on_ready([this] { post_step(); });
    post_step();
}

// Any thread: many records, one wake-up.
void EvaluationFeed::post_step() {
    if (is_posted_.exchange(true)) return;
    parts_.post([this] {
        is_posted_ = false;
        if (!again_at_) step();
    });
}

void EvaluationFeed::step() {
    const auto records = evaluations_->reader->poll(kRecordsAtOnce);
    const base::SteadyTime now = parts_.clock.steady_now();
    if (!records) {
        put_off(now + kAfterTrouble);
        return parts_.on_trouble(records.error());
    }
    for (const eventlog::Record& record : *records) {
        if (!record.value || !judging::read_evaluation(*record.value, evaluation_)) continue;
        parts_.performance.add(evaluation_, record.appended);
    }
    if (!records->empty() && parts_.on_change) parts_.on_change();
    if (!caught_up_) {
        caught_up_ =
            eventlog::has_reached(evaluations_->reader->positions(), evaluations_->caught_up_at);
    }
    if (records->size() == kRecordsAtOnce) return post_step();
    if (!records->empty()) put_off(now + kPause);
}

void EvaluationFeed::expire(base::SteadyTime now) {
    if (!again_at_ || *again_at_ > now) return;
    again_at_.reset();
    step();
}

}  // namespace flightcast::gateway
