// SPDX-License-Identifier: Apache-2.0
//
// Finding the server, and opening, watching and reopening the sessions of a run.
#include <sys/resource.h>

#include <algorithm>

#include "load/flight_forms.h"
#include "load/load_run.h"
#include "load/load_session.h"

namespace flightcast::load {

using namespace std::chrono_literals;
using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::size_t kForms = 4'096;    // Different ones; then they repeat.
constexpr std::size_t kOpeningMax = 64;  // Sessions that are being opened at one time.
constexpr auto kConnectTimeout = 5s;
constexpr auto kOpenTimeout = 30s;  // For all sessions.
constexpr auto kReopenDelay = 200ms;
constexpr std::uint64_t kOtherFiles = 64;  // Descriptors that are no sessions.

// Lets this process open `wanted` descriptors, if the system allows it.
Result<void> allow_open_files(std::uint64_t wanted) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted) return {};
    if (limit.rlim_max < wanted) {
        return fail(
            Errc::invalid_argument,
            "so many connections need " + std::to_string(wanted) +
                " open files, but the limit is " + std::to_string(limit.rlim_max) +
                "; lower --connections or --idle-connections, or raise the limit (ulimit -Hn)"
        );
    }
    limit.rlim_cur = wanted;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return {};
}

}  // namespace

LoadRun::LoadRun(
    const LoadOptions& options,
    const base::Clock& clock,
    base::Random& random,
    const OnProgress& on_progress
)
    : options_(options),
      clock_(clock),
      random_(random),
      on_progress_(on_progress),
      authority_(options.target.authority()),
      forms_(make_flight_forms(kForms, random)),
      loop_(clock) {}

LoadRun::~LoadRun() = default;

LoadRun::Session::Session(LoadRun& run, ClientId client)
    : id(client),
      socket(
          run.loop_,
          run.random_,
          [&run, this](const SocketEvent& event) { run.on_event(*this, event); },
          [&run, this](const base::Error& reason) { run.on_closed(*this, reason); }
      ),
      rest(run.loop_, [&run, this] { run.release(*this); }),
      reopening(run.loop_, [&run, this] { socket.open(run.route_, run.authority_); }) {}

Result<void> LoadRun::connect() {
    const std::string url = "http://" + authority_;
    const auto found = resolve(options_.target);
    if (!found) return fail(Errc::unavailable, "cannot find " + url + ": " + found.error().detail);
    const bool is_local = std::ranges::all_of(*found, &Endpoint::is_loopback);
    if (!is_local && options_.reach == Reach::loopback) {
        return fail(
            Errc::invalid_argument,
            url + " is not on this machine; add --allow-remote if its owner agrees to the load"
        );
    }
    const auto reached = first_reachable(*found, kConnectTimeout);
    if (!reached) {
        return fail(
            Errc::unavailable,
            "cannot connect to " + url + ": " + reached.error().detail +
                "; is the server running? 'flightcast serve' starts one"
        );
    }
    route_.to = *reached;
    return {};
}

Result<void> LoadRun::open_sessions() {
    const std::uint32_t count = options_.connections + options_.idle_connections;
    const std::uint64_t files = 2 * std::uint64_t{options_.connections} + options_.idle_connections;
    FC_TRY_VOID(allow_open_files(files + kOtherFiles));
    sessions_.reserve(count);
    for (std::uint32_t number = 0; number < count; ++number) add_session(number);
    // In post-only mode the posting sessions have no websocket; they come first.
    opened_ = options_.mode == Mode::post_only ? options_.connections : 0;
    connected_ = opened_;
    for (std::size_t i = 0; i < kOpeningMax; ++i) open_next_session();
    const auto deadline = clock_.steady_now() + kOpenTimeout;
    while (connected_ < count && !failure_ && clock_.steady_now() < deadline) loop_.wait(1s);
    if (failure_) return std::unexpected(*failure_);
    if (connected_ < count) {
        return fail(
            Errc::unavailable,
            "only " + std::to_string(connected_) + " of " + std::to_string(count) +
                " Socket.IO sessions could be opened at http://" + authority_ + " within 30 s"
        );
    }
    return {};
}

void LoadRun::add_session(std::uint32_t number) {
    Session& session = *sessions_.emplace_back(std::make_unique<Session>(*this, ClientId{number}));
    if (number >= options_.connections) return;
    session.http.emplace(
        loop_, route_, authority_, [this, &session](const Result<HttpResponse>& answer) {
            on_answer(session, answer);
        }
    );
    session.http->open();
}

void LoadRun::open_next_session() {
    if (opened_ == sessions_.size()) return;
    sessions_[opened_++]->socket.open(route_, authority_);
}

void LoadRun::on_connected(Session& session) {
    session.was_connected = true;
    if (!recorder_) {
        ++connected_;
        return open_next_session();
    }
    for (const base::Uuid& id : recorder_->ledger().joined_and_owed(session.id)) {
        session.socket.join(id);
    }
}

void LoadRun::on_closed(Session& session, const base::Error& reason) {
    if (!recorder_) {
        if (!failure_) failure_ = reason;
        return;
    }
    if (session.was_connected) recorder_->on_disconnect(reason.detail);
    session.was_connected = false;
    session.reopening.set(clock_.steady_now() + kReopenDelay);
}

}  // namespace flightcast::load
