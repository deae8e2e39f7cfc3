// SPDX-License-Identifier: Apache-2.0
#include "loadtest/options.h"

#include <cmath>
#include <string>

namespace flightcast::loadtest {

using base::Errc;
using base::fail;
using std::chrono::duration;
using std::chrono::microseconds;

base::Result<void> check_options(const LoadOptions& options) {
    const auto bad = [](std::string what) { return fail(Errc::invalid_argument, std::move(what)); };
    if (!std::isfinite(options.rate) || options.rate < 0 || options.rate > kRateMax) {
        return bad("--rate must be from 0 (as fast as possible) to 1000000 requests per second");
    }
    if (!options.socketio_path.starts_with('/') || !options.socketio_path.ends_with('/')) {
        return bad("--socketio-path must begin and end with '/', as \"/socket.io/\" does");
    }
    if (options.connections == 0) return bad("--connections must be at least 1");
    if (std::uint64_t{options.connections} + options.idle_connections > kSessionsMax) {
        return bad("--connections and --idle-connections must not exceed 20000 together");
    }
    if (options.http_connections > kHttpConnectionsMax) {
        return bad("--http-connections must not exceed 20000");
    }
    if (options.batch == 0 || options.batch > kBatchMax) {
        return bad("--batch must be from 1 to 1000 flights");
    }
    if (options.batch > 1 && options.api != Api::json) {
        return bad("--batch needs --api json: the original takes one flight at a time");
    }
    if (options.duration < microseconds::zero() || options.warmup < microseconds::zero() ||
        options.timeout < microseconds::zero() || options.join_delay < microseconds::zero() ||
        options.storm_every < microseconds::zero()) {
        return bad("a duration must not be negative");
    }
    const double seconds = duration<double>(options.warmup + options.duration).count();
    const double posts =
        options.requests ? static_cast<double>(*options.requests) : options.rate * seconds;
    if (posts * options.batch > static_cast<double>(kRequestsMax)) {
        return bad("more than 10000000 requests; lower --rate, --duration, --batch or --requests");
    }
    return {};
}

}  // namespace flightcast::loadtest
