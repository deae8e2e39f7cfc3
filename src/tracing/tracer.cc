// SPDX-License-Identifier: Apache-2.0
#include "tracing/tracer.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "base/limits.h"

namespace flightcast::tracing {

using std::chrono::milliseconds;

namespace {

// Spans of one moment go together: a request to the collector for each would cost more than they
// tell.
constexpr milliseconds kGather{500};
constexpr milliseconds kFirstPause{500};

}  // namespace

Tracer::Tracer(Parts parts, TracerOptions options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      sent_(parts_.metrics.counter(telemetry::kSpans, "sent")),
      dropped_(parts_.metrics.counter(telemetry::kSpans, "dropped")),
      thread_([this] { run(); }) {}

Tracer::~Tracer() {
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

bool Tracer::samples(const base::Uuid& request) const {
    if (options_.share >= 1) return true;
    // The last seven bytes are random in every version of a UUID that we make.
    std::uint64_t bits = 0;
    for (std::size_t i = 9; i < request.bytes.size(); ++i) bits = bits << 8U | request.bytes[i];
    constexpr double kAll = 72'057'594'037'927'936.0;  // 2^56
    return static_cast<double>(bits) < options_.share * kAll;
}

void Tracer::add(Span span) {
    bool is_first = false;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() >= base::limits::kSpansWaitingMax || is_ending_) {
            dropped_.add();
            return;
        }
        is_first = waiting_.empty();
        waiting_.push_back(std::move(span));
    }
    if (is_first) changed_.notify_all();
}

milliseconds Tracer::pause_after(std::size_t failures) {
    milliseconds pause = kFirstPause;
    for (std::size_t i = 1; i < failures && pause < base::limits::kSpanPauseMax; ++i) pause *= 2;
    return std::min<milliseconds>(pause, base::limits::kSpanPauseMax);
}

std::vector<Span> Tracer::take_batch() {
    const std::lock_guard lock(mutex_);
    const std::size_t count = std::min(waiting_.size(), base::limits::kSpanBatchMax);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<Span> batch(
        std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end)
    );
    waiting_.erase(waiting_.begin(), end);
    return batch;
}

void Tracer::send(const std::vector<Span>& batch) {
    if (batch.empty()) return;
    tell(parts_.send(encode_otlp(options_.resource, batch)), batch.size());
}

void Tracer::tell(const base::Result<std::size_t>& sent, std::size_t spans) {
    if (!sent) {
        dropped_.add(static_cast<double>(spans));
        if (failures_++ > 0) return;
        parts_.logger.warning(
            "the collector takes no traces; predictions go on",
            {{"collector", parts_.place}, {"reason", sent.error().detail}}
        );
        return;
    }
    const std::size_t rejected = std::min(*sent, spans);
    sent_.add(static_cast<double>(spans - rejected));
    dropped_.add(static_cast<double>(rejected));
    if (std::exchange(failures_, 0) == 0) return;
    parts_.logger.info("the collector takes traces again", {{"collector", parts_.place}});
}

void Tracer::wait_after_failure() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, pause_after(failures_), [this] { return is_ending_; });
}

void Tracer::run() {
    bool is_ending = false;
    while (!is_ending) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
            changed_.wait_for(lock, kGather, [this] {
                return is_ending_ || waiting_.size() >= base::limits::kSpanBatchMax;
            });
            is_ending = is_ending_;
        }
        send(take_batch());
        if (failures_ > 0 && !is_ending) wait_after_failure();
    }
    // The last ones, unless they would be waited for in vain.
    while (failures_ == 0) {
        const std::vector<Span> batch = take_batch();
        if (batch.empty()) return;
        send(batch);
    }
}

}  // namespace flightcast::tracing
