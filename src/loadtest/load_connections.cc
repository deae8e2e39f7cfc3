// SPDX-License-Identifier: Apache-2.0
//
// The work before a run's first request: finds the server, writes the requests, opens
// everything.
#include <sys/resource.h>

#include <algorithm>

#include "loadtest/flight_forms.h"
#include "loadtest/load_run.h"

namespace flightcast::loadtest {

using namespace std::chrono_literals;
using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::size_t kFlights = 4'096;  // Different ones; then they repeat.
constexpr std::size_t kBodiesMin = 16;
constexpr auto kConnectTimeout = 5s;
constexpr std::uint64_t kOtherFiles = 64;  // Descriptors that are no connections.

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
                "; lower --connections, --http-connections or --idle-connections, or raise the "
                "limit (ulimit -Hn)"
        );
    }
    limit.rlim_cur = wanted;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return {};
}

std::vector<std::string> make_requests(const LoadOptions& options, base::Random& random) {
    const bool is_json = options.api == Api::json;
    const std::size_t count = std::max(kBodiesMin, kFlights / options.batch);
    std::vector<std::string> requests =
        is_json ? make_flight_json(count, options.batch, random) : make_flight_forms(count, random);
    const std::string head =
        std::string("POST ") +
        (is_json ? "/api/v1/predictions" : "/flights/delays/predict/classify_realtime") +
        " HTTP/1.1\r\nHost: " + options.target.authority() + "\r\nContent-Type: " +
        (is_json ? "application/json" : "application/x-www-form-urlencoded") +
        (options.token.empty() ? "" : "\r\nAuthorization: Bearer " + options.token) +
        "\r\nContent-Length: ";
    for (std::string& request : requests) {
        request.insert(0, head + std::to_string(request.size()) + "\r\n\r\n");
    }
    return requests;
}

std::uint32_t http_connections(const LoadOptions& options) {
    return options.http_connections > 0 ? options.http_connections : options.connections;
}

// How many descriptors the sessions need: polling takes two, an upgrade three for a moment.
std::uint64_t session_files(const LoadOptions& options) {
    const std::uint64_t sessions =
        options.idle_connections + (options.mode == Mode::outcomes ? options.connections : 0);
    if (options.transport == session::Transport::websocket) return sessions;
    return sessions * (options.transport == session::Transport::polling ? 2 : 3);
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
      on_progress_(on_progress),
      requests_(make_requests(options, random)),
      loop_(clock),
      sessions_(options, loop_, random, session_callbacks()),
      poster_callbacks_{
          .on_answer = [this](
                           Poster& poster, const Result<net::HttpResponse>& answer
                       ) { on_answer(poster, answer); },
          .on_rested = [this](Poster& poster) { release(poster); }
      } {}

LoadRun::~LoadRun() = default;

Sessions::Callbacks LoadRun::session_callbacks() {
    return {
        .on_event =
            [this](ClientId client, const session::SocketEvent& event) { on_event(client, event); },
        .on_closed =
            [this](const base::Error& reason) {
                if (recorder_) recorder_->on_disconnect(reason.detail);
            },
        .on_back =
            [this](std::chrono::microseconds after) {
                if (recorder_) recorder_->on_back(after);
            }
    };
}

Result<void> LoadRun::connect() {
    const std::string url = "http://" + options_.target.authority();
    const auto found = net::resolve(options_.target);
    if (!found) return fail(Errc::unavailable, "cannot find " + url + ": " + found.error().detail);
    const bool is_local = std::ranges::all_of(*found, &net::Endpoint::is_loopback);
    if (!is_local && options_.reach == Reach::loopback) {
        return fail(
            Errc::invalid_argument,
            url + " is not on this machine; add --allow-remote if its owner agrees to the load"
        );
    }
    const auto reached = net::first_reachable(*found, kConnectTimeout);
    if (!reached) {
        return fail(
            Errc::unavailable,
            "cannot connect to " + url + ": " + reached.error().detail +
                "; is the server running? 'flightcast serve' starts one"
        );
    }
    server_ = *reached;
    if (!options_.local_addresses.empty() && server_.address.ss_family != AF_INET) {
        return fail(Errc::invalid_argument, "--local-address needs a server with an IPv4 address");
    }
    return {};
}

// In post-only mode no client waits in a session, except those that only answer pings.
Result<void> LoadRun::open_connections() {
    const std::uint32_t posters = http_connections(options_);
    FC_TRY_VOID(allow_open_files(posters + session_files(options_) + kOtherFiles));
    const bool waits = options_.mode == Mode::outcomes;
    FC_TRY_VOID(
        sessions_.open((waits ? options_.connections : 0) + options_.idle_connections, server_)
    );
    for (std::uint64_t number = 0; number < posters; ++number) {
        posters_.push_back(std::make_unique<Poster>(loop_, poster_callbacks_));
        posters_.back()->http.open(route_for(number, server_, options_));
    }
    return {};
}

}  // namespace flightcast::loadtest
