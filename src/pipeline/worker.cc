// SPDX-License-Identifier: Apache-2.0
#include "pipeline/worker.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace flightcast::pipeline {

using base::Errc;
using base::Error;
using base::SteadyTime;

namespace {

// While ending, how long until the publishes under way are looked at again.
constexpr auto kEndCheck = std::chrono::milliseconds(20);

constexpr std::size_t kFailuresUntilStuck = 3;

}  // namespace

Worker::Worker(WorkerParts parts, SteadyTime now)
    : log_(parts.log), logger_(std::move(parts.logger)), on_end_(std::move(parts.on_end)) {
    for (WorkerPart& part : parts.parts) driven_.push_back({.what = std::move(part)});
    for (Chore& chore : parts.chores) {
        FC_CHECK(chore.every.count() > 0);
        const SteadyTime due = now + chore.every;
        chores_.push_back({std::move(chore), due});
    }
}

Worker::~Worker() {
    if (has_wake_) on_wake({});
}

void Worker::on_wake(std::function<void()> wake) {
    has_wake_ = static_cast<bool>(wake);
    if (log_ != nullptr) log_->on_work(wake);
    for (const Driven& driven : driven_) driven.what.part.on_ready(wake);
}

void Worker::report_trouble(Driven& driven) const {
    const std::optional<Error>& trouble = driven.what.part.trouble();
    if (trouble.has_value() == std::exchange(driven.in_trouble, trouble.has_value())) return;
    if (trouble) {
        logger_.error(driven.what.name + " is waiting to try again", {{"reason", trouble->detail}});
    } else {
        logger_.info(driven.what.name + " works again");
    }
}

std::optional<Error> Worker::trouble() const {
    const std::lock_guard lock(mutex_);
    for (const Driven& driven : driven_) {
        if (driven.what.is_needed && driven.stuck) return driven.stuck;
    }
    return std::nullopt;
}

std::optional<Error> Worker::trouble_of(std::string_view part) const {
    const std::lock_guard lock(mutex_);
    for (const Driven& driven : driven_) {
        if (driven.what.name == part && driven.stuck) return driven.stuck;
    }
    return std::nullopt;
}

void Worker::note_stuck(Driven& driven) {
    const bool is_stuck = driven.what.part.failures() >= kFailuresUntilStuck;
    if (is_stuck == driven.stuck.has_value()) return;
    const std::lock_guard lock(mutex_);
    driven.stuck.reset();
    if (!is_stuck) return;
    FC_CHECK(driven.what.part.trouble().has_value());
    driven.stuck = driven.what.part.trouble();
    driven.stuck->detail = driven.what.name + ": " + driven.stuck->detail;
}

void Worker::tell_if_fenced(Driven& driven, Step step) const {
    if (driven.last == Step::fenced) {
        FC_CHECK(step == Step::fenced);  // It is for good.
        return;
    }
    if (step != Step::fenced) return;
    FC_CHECK(driven.what.part.trouble().has_value());
    if (on_end_) {
        on_end_({Errc::fenced, driven.what.name + ": " + driven.what.part.trouble()->detail});
    }
}

// False while the part's pace, or a feed that it goes after, puts it off.
bool Worker::may_step(Driven& driven, SteadyTime now) const {
    if (driven.what.is_on_duty && !driven.what.is_on_duty()) return false;
    if (driven.what.after != nullptr && !driven.what.after->caught_up()) {
        // Else its group would wait for it, and give it up in the end.
        driven.what.part.attend();
        return false;
    }
    driven.is_put_off = driven.what.pace.count() > 0 && !end_by_ && now < driven.not_before;
    return !driven.is_put_off;
}

bool Worker::step_part(Driven& driven, SteadyTime now) {
    if (!may_step(driven, now)) return false;
    if (driven.what.read_first != nullptr) {
        while (driven.what.read_first->step(now) == Step::worked) {
        }
    }
    const Step step = driven.what.part.step(now);
    tell_if_fenced(driven, step);
    driven.last = step;
    report_trouble(driven);
    note_stuck(driven);
    if (step != Step::worked) return false;
    const bool may_hurry = driven.what.part.is_behind() && !driven.what.keeps_pace;
    if (!may_hurry) driven.not_before = now + driven.what.pace;
    return true;
}

bool Worker::commit() const {
    return log_ != nullptr && log_->step();
}

bool Worker::step_parts(SteadyTime now) {
    bool worked = commit();
    for (Driven& driven : driven_) {
        worked |= step_part(driven, now);
        // A part's outputs are committed at once: clients wait for them.
        worked |= commit();
    }
    return worked;
}

void Worker::do_chores(SteadyTime now) {
    for (DueChore& chore : chores_) {
        if (chore.due > now) continue;
        chore.chore.run();
        chore.due = now + chore.chore.every;
    }
}

SteadyTime Worker::next_deadline() const {
    SteadyTime next = SteadyTime::max();
    for (const DueChore& chore : chores_) next = std::min(next, chore.due);
    for (const Driven& driven : driven_) {
        if (driven.is_put_off) next = std::min(next, driven.not_before);
        const bool is_timed = driven.last == Step::backing_off || driven.last == Step::holding;
        if (is_timed) next = std::min(next, driven.what.part.retry_at());
    }
    return next;
}

bool Worker::is_publishing() const {
    return std::ranges::any_of(driven_, [](const Driven& driven) {
        return driven.what.part.in_flight() > 0;
    });
}

SteadyTime Worker::step(SteadyTime now) {
    FC_CHECK(!has_ended_);
    if (end_by_) return step_to_end(now);
    const bool worked = step_parts(now);
    do_chores(now);
    return worked ? now : next_deadline();
}

void Worker::end_by(SteadyTime deadline) {
    FC_CHECK(!end_by_);
    end_by_ = deadline;
}

// Steps those that must read out; false when none has to any more.
bool Worker::read_out(SteadyTime now) {
    bool is_reading = false;
    for (Driven& driven : driven_) {
        if (!driven.what.has_read_out || driven.last == Step::fenced) continue;
        if (driven.what.has_read_out()) continue;
        is_reading = true;
        static_cast<void>(step_part(driven, now));
    }
    return is_reading;
}

SteadyTime Worker::step_to_end(SteadyTime now) {
    if (log_ == nullptr) {
        const bool is_at_work = now < *end_by_ && (read_out(now) || is_publishing());
        if (is_at_work) return std::min(now + kEndCheck, *end_by_);
    } else {
        if (step_parts(now) && now < *end_by_) return now;
        log_->close();
        static_cast<void>(commit());
    }
    has_ended_ = true;
    return SteadyTime::max();
}

}  // namespace flightcast::pipeline
