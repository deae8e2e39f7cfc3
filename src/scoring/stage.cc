// SPDX-License-Identifier: Apache-2.0
#include "scoring/stage.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace flightcast::scoring {

using base::Errc;
using base::Error;
using base::Result;
using eventlog::NewRecord;
using eventlog::Record;

// What completions leave for the next step.
//
// Thread-safety: any thread may call any member.
struct Stage::InFlight {
    mutable std::mutex mutex;
    std::size_t count = 0;       // guarded by mutex
    std::optional<Error> error;  // guarded by mutex: the first since it was last taken
    bool succeeded = false;      // guarded by mutex: one did since it was last taken

    void completed(const Result<void>& result) {
        const std::lock_guard lock(mutex);
        --count;
        if (result) succeeded = true;
        if (!result && !error) error = result.error();
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

Stage::Stage(
    eventlog::GroupReader& reader, Process process, const base::Clock& clock, StageOptions options
)
    : reader_(reader),
      process_(std::move(process)),
      clock_(clock),
      options_(options),
      in_flight_(std::make_shared<InFlight>()),
      backoff_(options.backoff_min),
      random_(options.seed) {}

std::size_t Stage::in_flight() const {
    const std::lock_guard lock(in_flight_->mutex);
    return in_flight_->count;
}

StepOutcome Stage::back_off(Error error) {
    trouble_ = std::move(error);
    is_waiting_ = true;
    ++failures_;
    // Between half of the time and all of it.
    const std::chrono::microseconds most = backoff_;
    const auto less =
        static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(most.count() / 2)));
    retry_at_ = clock_.steady_now() + most - std::chrono::microseconds(less);
    backoff_ = std::min(backoff_ * 2, options_.backoff_max);
    return StepOutcome::backing_off;
}

// Starts over from the committed positions, once nothing is under way: what is may still take
// effect with its positions, and would be done a second time. A partition that went to another
// member is no trouble of ours: rewind leaves us with what is still ours, and refuses only when
// nothing ever will be.
StepOutcome Stage::recover() {
    if (in_flight() > 0) {
        retry_at_ = clock_.steady_now() + options_.backoff_min;
        return StepOutcome::backing_off;
    }
    const Result<void> rewound = reader_.rewind();
    if (!rewound && rewound.error().code == Errc::fenced) {
        trouble_ = rewound.error();
        return StepOutcome::fenced;
    }
    if (!rewound) return back_off(rewound.error());
    is_waiting_ = false;
    return StepOutcome::worked;
}

Result<void> Stage::publish(const std::vector<Record>& records, std::vector<NewRecord> outputs) {
    {
        const std::lock_guard lock(in_flight_->mutex);
        ++in_flight_->count;
    }
    Result<void> queued = reader_.publish(
        std::move(outputs),
        eventlog::positions_after(records),
        [in_flight = in_flight_](const Result<void>& result) { in_flight->completed(result); }
    );
    if (!queued) {
        const std::lock_guard lock(in_flight_->mutex);
        --in_flight_->count;
    }
    return queued;
}

StepOutcome Stage::step() {
    if (in_flight_->take_success()) {
        backoff_ = options_.backoff_min;
        failures_ = 0;
        if (!is_waiting_) trouble_.reset();
    }
    if (std::optional<Error> error = in_flight_->take_error()) return back_off(*std::move(error));
    if (is_waiting_) {
        if (clock_.steady_now() < retry_at_) return StepOutcome::backing_off;
        return recover();
    }
    if (in_flight() >= options_.in_flight_max) return StepOutcome::waiting;
    const Result<std::vector<Record>> records = reader_.poll(options_.batch_max);
    if (!records && records.error().code == Errc::fenced) {
        trouble_ = records.error();
        is_waiting_ = true;
        return StepOutcome::fenced;
    }
    if (!records) return back_off(records.error());
    if (records->empty()) return StepOutcome::idle;
    Result<std::vector<NewRecord>> outputs = process_(*records);
    if (!outputs) return back_off(std::move(outputs).error());
    const Result<void> published = publish(*records, *std::move(outputs));
    if (!published) return back_off(published.error());
    return StepOutcome::worked;
}

}  // namespace flightcast::scoring
