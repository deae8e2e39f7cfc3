// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "load/http_line.h"
#include "load/recorder.h"
#include "load/run_load.h"
#include "load/schedule.h"
#include "load/socket_line.h"
#include "load/stop_signals.h"

namespace flightcast::load {

// One run, from the first connection to the report: opens all sessions, sends what the schedule
// says on whichever session is free (the one that was free for longest first), joins, and waits for
// what is owed.
//
// Thread-safety: one thread only.
class LoadRun {
  public:
    using OnProgress = std::function<void(const Progress&)>;

    // REQUIRES: the arguments live as long as this; check_options(options) is ok.
    LoadRun(
        const LoadOptions& options,
        const base::Clock& clock,
        base::Random& random,
        const OnProgress& on_progress
    );
    ~LoadRun();

    // Finds the target and whether it may be put under load. Once, first.
    [[nodiscard]] base::Result<void> connect();

    // REQUIRES: connect() was ok. Once.
    [[nodiscard]] base::Result<Report> run();

  private:
    struct Session;
    struct DueJoin {
        base::SteadyTime due;
        Session* session;
        base::Uuid id;
    };

    // Sessions.
    [[nodiscard]] base::Result<void> open_sessions();
    void add_session(std::uint32_t number);
    void open_next_session();
    void on_connected(Session& session);
    void on_event(Session& session, const SocketEvent& event);
    void on_closed(Session& session, const base::Error& reason);

    // Requests.
    void start();
    void pump();
    void wait_until(base::SteadyTime due);
    void send(Session& session, base::SteadyTime intended);
    void on_answer(Session& session, const base::Result<HttpResponse>& answer);
    void release(Session& session);
    void rest(Session& session);
    void join(Session& session, const base::Uuid& id);
    void join_due();

    // Time.
    void on_stop_signal();
    void tick();
    [[nodiscard]] bool is_sending(base::SteadyTime now) const;
    void show_progress(base::SteadyTime now);
    void begin_usage();
    void end_usage(Report& report) const;

    const LoadOptions& options_;
    const base::Clock& clock_;
    base::Random& random_;
    const OnProgress& on_progress_;
    const std::string authority_;
    const std::vector<std::string> forms_;
    EventLoop loop_;
    Timer send_timer_{loop_, [this] { pump(); }};
    Timer join_timer_{loop_, [this] { join_due(); }};
    Timer tick_timer_{loop_, [this] { tick(); }};
    std::optional<StopSignals> signals_;
    Route route_;
    std::vector<std::unique_ptr<Session>> sessions_;
    std::deque<Session*> free_;
    std::deque<DueJoin> due_joins_;  // All have the same delay: the first is due first.
    std::optional<Schedule> schedule_;
    std::optional<Recorder> recorder_;
    std::optional<base::Error> failure_;
    std::size_t opened_ = 0;
    std::size_t connected_ = 0;  // Until the start.
    std::uint64_t in_flight_ = 0;
    base::SteadyTime started_{};
    base::SteadyTime last_send_{};
    base::SteadyTime shown_{};
    std::chrono::microseconds lead_{};
    int quiet_ticks_ = 0;
    bool spins_ = false;  // The next request is due so soon that the loop must not sleep.
    bool stopped_ = false;
    bool finished_ = false;
    bool usage_begun_ = false;
    std::optional<ProcessUsage> usage_at_start_;
    double own_cpu_at_start_ = 0;
};

}  // namespace flightcast::load
