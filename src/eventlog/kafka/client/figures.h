// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace flightcast::eventlog::kafka {

enum class ClientKind { producer, consumer };

// The work of one client of librdkafka: totals since it was made, or the growth since they were
// last told.
struct ClientFigures {
    ClientKind kind{};
    std::int64_t requests = 0;  // sent to brokers
    std::int64_t errors = 0;    // of them: failed, or timed out
    std::int64_t retries = 0;   // of them: sent again
    std::int64_t waiting = 0;   // records that wait in the client; not a total

    // From a request to its answer: the mean of each broker that answered lately.
    std::vector<std::chrono::microseconds> round_trips;

    bool operator==(const ClientFigures&) const = default;
};

// Told the growth of a client's figures now and then. On any thread; it must be cheap.
using Measured = std::function<void(const ClientFigures&)>;

// Reads librdkafka's statistics. Errc::invalid_argument when the text has another form.
[[nodiscard]] base::Result<ClientFigures> parse_figures(std::string_view json);

// The growth from `before` to `now`. A total that fell has begun anew.
[[nodiscard]] ClientFigures growth(const ClientFigures& before, const ClientFigures& now);

}  // namespace flightcast::eventlog::kafka
