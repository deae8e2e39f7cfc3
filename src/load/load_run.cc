// SPDX-License-Identifier: Apache-2.0
//
// Requests, joins and time. The sleeping loop wakes up tens of microseconds late; as latencies
// count from the intended time, that would be added to each. So the loop is woken a little early
// and polls until the moment has come.
#include "load/load_run.h"

#include <algorithm>

#include "load/load_session.h"

namespace flightcast::load {

using namespace std::chrono_literals;
using base::Result;
using base::SteadyTime;
using std::chrono::microseconds;

namespace {

constexpr auto kTick = 100ms;
constexpr int kQuietTicks = 3;  // After the last outcome: doubles come soon or not at all.
constexpr auto kRestAfterFailure = 50ms;  // A server that is down is not asked in a tight loop.
constexpr auto kLeadMax = 100us;
constexpr std::uint32_t kOwedPerSessionMax = 64;  // With a rate of 0, so that a slow server is not
                                                  // buried under what it has accepted.

}  // namespace

Result<Report> LoadRun::run() {
    FC_TRY_VOID(open_sessions());
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
    for (const auto& session : sessions_) {
        if (session->http) free_.push_back(session.get());
    }
    tick();
    pump();
}

// Sends all that is due and arranges to be called again when the next request is.
void LoadRun::pump() {
    spins_ = false;
    while (!stopped_ && !free_.empty() && schedule_->taken() < kRequestsMax) {
        const SteadyTime now = clock_.steady_now();
        const auto due = schedule_->next(now);
        if (!due) return;
        if (*due > now) return wait_until(*due);
        Session& session = *free_.front();
        free_.pop_front();
        schedule_->advance();
        send(session, *due);
    }
}

void LoadRun::wait_until(SteadyTime due) {
    if (due - clock_.steady_now() <= lead_) {
        spins_ = true;
        return;
    }
    if (send_timer_.due() != due - lead_) send_timer_.set(due - lead_);
}

void LoadRun::send(Session& session, SteadyTime intended) {
    if (!usage_begun_ && schedule_->is_measured(intended)) begin_usage();
    session.intended = intended;
    ++in_flight_;
    const std::size_t form = static_cast<std::size_t>(schedule_->taken()) % forms_.size();
    session.http->post(forms_[form]);
    last_send_ = clock_.steady_now();
    recorder_->on_sent(intended, last_send_);
}

void LoadRun::on_answer(Session& session, const Result<HttpResponse>& answer) {
    --in_flight_;
    if (!answer) {
        recorder_->on_broken(answer.error().detail);
        return rest(session);
    }
    const auto id = recorder_->on_answer(
        session.id, {session.intended, answer->status, answer->body}, clock_.steady_now()
    );
    if (id) {
        ++session.owed;
        if (options_.join_delay == microseconds::zero()) {
            join(session, *id);
        } else {
            due_joins_.push_back({clock_.steady_now() + options_.join_delay, &session, *id});
            if (due_joins_.size() == 1) join_due();
        }
    }
    release(session);
}

// The session may post again: at once, or, in a closed loop, when it is not owed too much.
void LoadRun::release(Session& session) {
    if (options_.rate == 0 && session.owed >= kOwedPerSessionMax) {
        session.waits_for_outcomes = true;
        return;
    }
    free_.push_back(&session);
    pump();
}

void LoadRun::rest(Session& session) {
    session.rest.set(clock_.steady_now() + kRestAfterFailure);
}

// While the session is disconnected, the join waits in the ledger: all are sent when it is back.
void LoadRun::join(Session& session, const base::Uuid& id) {
    recorder_->on_join(id);
    if (session.socket.is_connected()) session.socket.join(id);
}

void LoadRun::join_due() {
    while (!due_joins_.empty() && due_joins_.front().due <= clock_.steady_now()) {
        join(*due_joins_.front().session, due_joins_.front().id);
        due_joins_.pop_front();
    }
    if (!due_joins_.empty()) join_timer_.set(due_joins_.front().due);
}

void LoadRun::on_event(Session& session, const SocketEvent& event) {
    if (event.kind == SocketEvent::Kind::connected) return on_connected(session);
    if (!recorder_) return;
    if (!recorder_->on_event(session.id, event, clock_.steady_now())) return;
    --session.owed;
    if (session.waits_for_outcomes) {
        session.waits_for_outcomes = false;
        release(session);
    }
}

void LoadRun::on_stop_signal() {
    finished_ = stopped_;
    stopped_ = true;
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
    const bool is_stuck = (!sends || free_.empty()) && now - last_send_ >= options_.timeout;
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
    const base::Histogram& latency = posts_only ? counts.post_us : counts.outcome_us;
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

}  // namespace flightcast::load
