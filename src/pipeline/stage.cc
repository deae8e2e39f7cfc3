// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stage.h"

#include <chrono>
#include <mutex>
#include <utility>

#include "base/check.h"
#include "base/planted_bug.h"

namespace flightcast::pipeline {

using base::Errc;
using base::Error;
using base::Result;
using base::SteadyTime;
using eventlog::NewRecord;
using eventlog::Record;

namespace {

// Longer than it takes to read again what failed.
constexpr auto kQuietUntilWell = std::chrono::seconds(5);

}  // namespace

// The results that completions leave for the next step.
//
// Thread-safety: any thread may call any member.
struct Stage::InFlight {
    mutable std::mutex mutex;
    std::size_t count = 0;       // guarded by mutex
    std::optional<Error> error;  // guarded by mutex: the first since it was last taken
    bool succeeded = false;      // guarded by mutex: one did since it was last taken
    bool is_awaited = false;     // guarded by mutex: the stage goes on with the next completion
    std::function<void()> wake;  // guarded by mutex: called then

    void begun() {
        const std::lock_guard lock(mutex);
        ++count;
    }

    void completed(const Result<void>& result) {
        const std::lock_guard lock(mutex);
        FC_CHECK(count > 0);
        --count;
        if (result) succeeded = true;
        if (!result && !error) error = result.error();
        if (std::exchange(is_awaited, false) && wake) wake();
    }

    // Whether the stage is to wait for a completion, which wakes it then: where another thread
    // commits the log, nothing else may.
    bool is_full(std::size_t most) {
        const std::lock_guard lock(mutex);
        is_awaited = count >= most;
        return is_awaited;
    }

    void on_completion(std::function<void()> call) {
        const std::lock_guard lock(mutex);
        wake = std::move(call);
    }

    void never_began() {
        const std::lock_guard lock(mutex);
        FC_CHECK(count > 0);
        --count;
    }

    bool take_success() {
        const std::lock_guard lock(mutex);
        return std::exchange(succeeded, false);
    }

    std::optional<Error> take_error() {
        const std::lock_guard lock(mutex);
        return std::exchange(error, std::nullopt);
    }
};

Stage::Stage(eventlog::GroupReader& reader, Work work, StageOptions options)
    : reader_(reader),
      work_(std::move(work)),
      options_(std::move(options)),
      in_flight_(std::make_shared<InFlight>()),
      held_(options_.holding),
      limit_(options_.batch_max),
      backoff_(options_.backoff) {
    FC_CHECK(work_ != nullptr);
    FC_CHECK(options_.batch_max >= 1);
    FC_CHECK(options_.in_flight_max >= 1);
    FC_CHECK(options_.held_max >= 1);
}

void Stage::on_ready(std::function<void()> wake) {
    in_flight_->on_completion(wake);
    reader_.on_ready(std::move(wake));
}

std::size_t Stage::in_flight() const {
    const std::lock_guard lock(in_flight_->mutex);
    return in_flight_->count;
}

Step Stage::back_off(Error error, SteadyTime now) {
    FC_CHECK(state_ != State::fenced);
    trouble_ = std::move(error);
    state_ = State::pausing;
    retry_at_ = backoff_.fail(now);
    note_failures();
    return Step::backing_off;
}

// The work on a batch failed, or its outputs were not published.
Step Stage::back_off_from_batch(Error error, SteadyTime now) {
    limit_.fail(batch_);
    return back_off(std::move(error), now);
}

void Stage::note_failures() {
    if (options_.note_failures) options_.note_failures(backoff_.failures());
}

Step Stage::give_up(Error error) {
    FC_CHECK(error.code == Errc::fenced);
    trouble_ = std::move(error);
    state_ = State::fenced;
    return Step::fenced;
}

// Starts over from the committed positions, once nothing is under way: what is may still take
// effect with its positions, and would be done a second time. A partition that went to another
// member is no trouble of ours: rewind leaves us with what is still ours, and refuses only when
// nothing ever will be.
Step Stage::recover(SteadyTime now) {
    if (in_flight() > 0) {
        retry_at_ = now + options_.backoff.min;
        return Step::backing_off;
    }
    const bool stays = base::is_planted(base::PlantedBug::rewind_forgotten);
    const Result<void> rewound = stays ? Result<void>{} : reader_.rewind();
    if (!rewound && rewound.error().code == Errc::fenced) return give_up(rewound.error());
    if (!rewound) return back_off(rewound.error(), now);
    held_.clear();
    if (options_.start_over) options_.start_over();
    state_ = State::working;
    return Step::worked;
}

Result<void> Stage::publish(const std::vector<Record>& records, std::vector<NewRecord> outputs) {
    in_flight_->begun();
    std::function<void(const Result<void>&)> watch;
    if (options_.watch_publish) watch = options_.watch_publish(outputs);
    Result<void> queued = reader_.publish(
        std::move(outputs),
        eventlog::positions_after(records),
        [in_flight = in_flight_, watch = std::move(watch)](const Result<void>& result) {
            if (watch) watch(result);
            in_flight->completed(result);
        }
    );
    if (!queued) in_flight_->never_began();
    return queued;
}

Result<std::vector<Record>> Stage::poll() {
    if (held_.size() >= options_.held_max) return std::vector<Record>{};
    Result<std::vector<Record>> records = reader_.poll(limit_.records());
    FC_CHECK(!records || records->size() <= limit_.records());
    is_behind_ = records && records->size() == limit_.records();
    return records;
}

Step Stage::work_on_a_batch(SteadyTime now) {
    FC_CHECK(state_ == State::working);
    Result<std::vector<Record>> records = poll();
    if (!records && records.error().code == Errc::fenced) return give_up(records.error());
    if (!records) return back_off(records.error(), now);
    if (!held_.may_pass(*records)) return work_on_what_is_due(*std::move(records), now);
    return records->empty() ? work_on_more(now) : work_on(*records, now);
}

Step Stage::work_on_more(SteadyTime now) {
    if (!options_.take_more || reader_.positions().empty()) return Step::idle;
    std::vector<NewRecord> outputs = options_.take_more(limit_.records());
    if (outputs.empty()) return Step::idle;
    batch_ = outputs.size();
    const Result<void> published = publish({}, std::move(outputs));
    if (!published) return back_off_from_batch(published.error(), now);
    return Step::worked;
}

// Polls all the same while records are held: the next ones are to be held, too, and a partition may
// have gone to another member.
Step Stage::work_on_what_is_due(std::vector<Record> polled, SteadyTime now) {
    const bool has_polled = !polled.empty();
    held_.add(std::move(polled), now);
    if (held_.size() > 0) held_.keep_only(reader_.positions());
    const std::vector<Record> due = held_.take_due(now, limit_.records());
    if (!due.empty()) return work_on(due, now);
    if (has_polled) return Step::worked;
    if (held_.size() == 0) return Step::idle;
    retry_at_ = held_.next_due(now).value();
    return Step::holding;
}

Step Stage::work_on(const std::vector<Record>& records, SteadyTime now) {
    batch_ = records.size();
    Result<std::vector<NewRecord>> outputs = work_(records);
    if (!outputs) return back_off_from_batch(std::move(outputs).error(), now);
    if (base::is_planted(base::PlantedBug::positions_before_outputs)) {
        static_cast<void>(reader_.publish({}, eventlog::positions_after(records), [](auto) {}));
    }
    const Result<void> published = publish(records, *std::move(outputs));
    if (!published) return back_off_from_batch(published.error(), now);
    return Step::worked;
}

// Work that failed may have gone to another member, or out of the log: then no success follows, and
// a while without anything to do is the end of the trouble.
void Stage::forget_what_is_over(Step step, SteadyTime now) {
    if (!trouble_ || step != Step::idle || in_flight() > 0) {
        idle_since_.reset();
        return;
    }
    if (!idle_since_) idle_since_ = now;
    if (now - *idle_since_ < kQuietUntilWell) return;
    idle_since_.reset();
    backoff_.succeed();
    note_failures();
    trouble_.reset();
}

void Stage::take_completions() {
    if (!in_flight_->take_success()) return;
    limit_.succeed();
    if (backoff_.failures() > 0) {
        backoff_.succeed();
        note_failures();
    }
    if (state_ == State::working) trouble_.reset();
}

Step Stage::step(SteadyTime now) {
    if (state_ == State::fenced) return Step::fenced;
    take_completions();
    if (std::optional<Error> error = in_flight_->take_error()) {
        return back_off_from_batch(*std::move(error), now);
    }
    if (state_ == State::pausing) return now < retry_at_ ? Step::backing_off : recover(now);
    if (in_flight_->is_full(options_.in_flight_max)) return Step::waiting;
    const Step step = work_on_a_batch(now);
    forget_what_is_over(step, now);
    return step;
}

}  // namespace flightcast::pipeline
