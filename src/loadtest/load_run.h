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
#include "loadtest/net/stop_signals.h"
#include "loadtest/poster.h"
#include "loadtest/recorder.h"
#include "loadtest/run_load.h"
#include "loadtest/schedule.h"
#include "loadtest/sessions.h"

namespace flightcast::loadtest {

// One run, from the first connection to the report: opens all sessions, sends the schedule's
// requests on free HTTP connections (the one that was free for longest first) for one
// client after the other, joins, and waits for the outcomes that are owed.
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
    struct DueJoin {
        base::SteadyTime due;
        ClientId client;
        base::Uuid id;
    };

    // Connections.
    [[nodiscard]] base::Result<void> open_connections();
    [[nodiscard]] Sessions::Callbacks session_callbacks();

    // Requests.
    void start();
    void pump();
    void wait_until(base::SteadyTime due);
    void send(Poster& poster, base::SteadyTime intended);
    void on_answer(Poster& poster, const base::Result<net::HttpResponse>& answer);
    void release(Poster& poster);
    [[nodiscard]] bool is_owed_too_much() const;
    void join_later(ClientId client, const base::Uuid& id);
    void join_due();
    void on_event(ClientId client, const session::SocketEvent& event);

    // Time.
    void on_stop_signal();
    void tick();
    void storm();
    [[nodiscard]] bool is_sending(base::SteadyTime now) const;
    void show_progress(base::SteadyTime now);
    void begin_usage();
    void end_usage(Report& report) const;

    const LoadOptions& options_;
    const base::Clock& clock_;
    const OnProgress& on_progress_;
    const std::vector<std::string> requests_;  // Whole ones, to be sent in turn.
    net::EventLoop loop_;
    net::Timer send_timer_{loop_, [this] { pump(); }};
    net::Timer join_timer_{loop_, [this] { join_due(); }};
    net::Timer tick_timer_{loop_, [this] { tick(); }};
    net::Timer storm_timer_{loop_, [this] { storm(); }};
    std::optional<net::StopSignals> signals_;
    net::Endpoint server_;
    Sessions sessions_;
    const Poster::Callbacks poster_callbacks_;
    std::vector<std::unique_ptr<Poster>> posters_;
    std::deque<Poster*> free_;
    std::deque<DueJoin> due_joins_;  // All have the same delay: the first is due first.
    std::optional<Schedule> schedule_;
    std::optional<Recorder> recorder_;
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

}  // namespace flightcast::loadtest
