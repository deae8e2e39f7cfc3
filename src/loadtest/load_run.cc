// SPDX-License-Identifier: Apache-2.0
//
// Requests, joins and time. The sleeping loop wakes up tens of microseconds late; as latencies
// count from the intended time, that would be added to each. So the loop is woken a little early
// and polls until the moment.
#include "loadtest/load_run.h"

#include <algorithm>

namespace flightcast::loadtest {

using namespace std::chrono_literals;
using base::Result;
using base::SteadyTime;
using std::chrono::microseconds;

namespace {

constexpr auto kTick = 100ms;
constexpr int kQuietTicks = 3;            // After the last outcome: doubles arrive soon or never.
constexpr auto kRestAfterFailure = 50ms;  // A server that is down is not asked in a tight loop.
constexpr auto kLeadMax = 100us;
constexpr std::uint64_t kOwedPerClientMax = 64;  // With a rate of 0, so that a slow server is not
                                                 // buried under the requests it has accepted.

}  // namespace

Result<Report> LoadRun::run() {
    FC_TRY_VOID(open_connections());
    signals_.emplace(loop_, [this] { on_stop_signal(); });
    start();
    while (!finished_) {
        if (spins_) {
            loop_.poll();
            pump();
        } else {
            loop_.wait();
        }
    }
    Report report = recorder_->report();
    // Due before now, never sent: with a rate, all connections were busy until the time-out.
    if (!stopped_ && options_.rate > 0) {
        const SteadyTime now = clock_.steady_now();
        for (auto due = schedule_->next(now); due && *due <= now; due = schedule_->next(now)) {
            schedule_->advance();
            ++report.unsent;
        }
    }
    report.broken += in_flight_;
    end_usage(report);
    return report;
}

void LoadRun::start() {
    started_ = clock_.steady_now();
    shown_ = started_;
    last_send_ = started_;
    const ScheduleOptions plan{
        .per_second = options_.rate,
        .warmup = options_.warmup,
        .duration = options_.duration,
        .requests = options_.requests,
    };
    schedule_.emplace(plan, started_);
    recorder_.emplace(options_, *schedule_);
    if (options_.rate > 0) {
        lead_ =
            std::min<microseconds>(kLeadMax, microseconds(static_cast<int>(1e5 / options_.rate)));
    }
    for (const auto& poster : posters_) free_.push_back(poster.get());
    if (options_.storm_every > microseconds::zero()) {
        storm_timer_.set(started_ + options_.storm_every);
    }
    tick();
    pump();
}

// Sends all that is due and arranges to be called again when the next request is.
void LoadRun::pump() {
    spins_ = false;
    while (!stopped_ && !free_.empty() && schedule_->taken() < kRequestsMax &&
           !is_owed_too_much()) {
        const SteadyTime now = clock_.steady_now();
        const auto due = schedule_->next(now);
        if (!due) return;
        if (*due > now) return wait_until(*due);
        Poster& poster = *free_.front();
        free_.pop_front();
        send(poster, *due);
        schedule_->advance();
    }
}

void LoadRun::wait_until(SteadyTime due) {
    if (due - clock_.steady_now() <= lead_) {
        spins_ = true;
        return;
    }
    if (send_timer_.due() != due - lead_) send_timer_.set(due - lead_);
}

void LoadRun::send(Poster& poster, SteadyTime intended) {
    if (!usage_begun_ && schedule_->is_measured(intended)) begin_usage();
    const std::uint64_t number = schedule_->taken();
    poster.client = ClientId{static_cast<std::uint32_t>(number % options_.connections)};
    poster.intended = intended;
    ++in_flight_;
    poster.http.ask(requests_[number % requests_.size()]);
    last_send_ = clock_.steady_now();
    recorder_->on_sent(intended, last_send_);
}

void LoadRun::on_answer(Poster& poster, const Result<net::HttpResponse>& answer) {
    --in_flight_;
    if (!answer) {
        recorder_->on_broken(answer.error().detail);
        poster.rest.set(clock_.steady_now() + kRestAfterFailure);
        return;
    }
    const auto ids = recorder_->on_answer(
        poster.client, {poster.intended, answer->status, answer->body}, clock_.steady_now()
    );
    for (const base::Uuid& id : ids) join_later(poster.client, id);
    release(poster);
}

void LoadRun::release(Poster& poster) {
    free_.push_back(&poster);
    pump();
}

bool LoadRun::is_owed_too_much() const {
    if (options_.rate > 0) return false;
    return recorder_->ledger().owed() >= kOwedPerClientMax * options_.connections * options_.batch;
}

void LoadRun::join_later(ClientId client, const base::Uuid& id) {
    if (options_.join_delay == microseconds::zero()) {
        recorder_->on_join(id);
        return sessions_.join(client, id);
    }
    due_joins_.push_back({clock_.steady_now() + options_.join_delay, client, id});
    if (due_joins_.size() == 1) join_due();
}

void LoadRun::join_due() {
    while (!due_joins_.empty() && due_joins_.front().due <= clock_.steady_now()) {
        const DueJoin join = due_joins_.front();
        due_joins_.pop_front();
        recorder_->on_join(join.id);
        sessions_.join(join.client, join.id);
    }
    if (!due_joins_.empty()) join_timer_.set(due_joins_.front().due);
}

void LoadRun::on_event(ClientId client, const session::SocketEvent& event) {
    if (!recorder_) return;
    const bool was_owed_too_much = is_owed_too_much();
    if (!recorder_->on_event(client, event, clock_.steady_now())) return;
    sessions_.settle(client, event.id);
    if (was_owed_too_much && !is_owed_too_much()) pump();
}

void LoadRun::on_stop_signal() {
    finished_ = stopped_;
    stopped_ = true;
}

// Only while there is something to send: afterwards the sessions must stand to be told the rest.
void LoadRun::storm() {
    const SteadyTime now = clock_.steady_now();
    if (!is_sending(now)) return;
    if (sessions_.storm()) recorder_->on_storm();
    storm_timer_.set(now + options_.storm_every);
}

bool LoadRun::is_sending(SteadyTime now) const {
    return !stopped_ && schedule_->taken() < kRequestsMax && schedule_->next(now).has_value();
}

// The slow clock of the run: progress, and whether it is over.
void LoadRun::tick() {
    const SteadyTime now = clock_.steady_now();
    if (now - shown_ >= 1s) show_progress(now);
    const bool sends = is_sending(now);
    const bool owes = in_flight_ > 0 || !due_joins_.empty() || recorder_->ledger().owed() > 0;
    quiet_ticks_ = sends || owes ? 0 : quiet_ticks_ + 1;
    const bool cannot_send = free_.empty() || is_owed_too_much();
    const bool is_stuck = (!sends || cannot_send) && now - last_send_ >= options_.timeout;
    const int enough = options_.mode == Mode::post_only ? 1 : kQuietTicks;
    if (quiet_ticks_ >= enough || is_stuck) {
        finished_ = true;
        return;
    }
    tick_timer_.set(now + kTick);
}

void LoadRun::show_progress(SteadyTime now) {
    shown_ += 1s;
    const Report& counts = recorder_->counts();
    const bool posts_only = options_.mode == Mode::post_only;
    const base::LatencyHistogram& latency = posts_only ? counts.post_us : counts.outcome_us;
    on_progress_({
        .elapsed = std::chrono::round<std::chrono::seconds>(now - started_),
        .sent = counts.sent,
        .accepted = recorder_->accepted(),
        .owed = recorder_->ledger().owed(),
        .us_p50 = latency.percentile(50),
        .us_p99 = latency.percentile(99),
    });
}

void LoadRun::begin_usage() {
    usage_begun_ = true;
    own_cpu_at_start_ = own_cpu_seconds();
    if (!options_.pid) return;
    if (const auto usage = read_process_usage(*options_.pid)) usage_at_start_ = *usage;
}

void LoadRun::end_usage(Report& report) const {
    if (!usage_begun_) return;
    report.own_cpu_seconds = own_cpu_seconds() - own_cpu_at_start_;
    if (!usage_at_start_) return;
    const auto usage = read_process_usage(*options_.pid);
    if (!usage) return;  // It is gone: then there is nothing to tell.
    report.server = *usage;
    report.server->cpu_seconds -= usage_at_start_->cpu_seconds;
}

}  // namespace flightcast::loadtest
