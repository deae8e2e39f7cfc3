// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "gateway/http/message.h"

namespace flightcast::gateway::http {

// The decision about a request of which only the head has arrived.
struct Admission {
    std::size_t body_bytes_max = 0;   // a longer body is answered 413 and not kept
    std::optional<Response> refusal;  // answered at once, the body is not read
};

// Answers a server's requests. A connection calls admit(), then, when the whole body has
// arrived, handle(); or abandoned(), when it never will or when the client leaves before its
// answer.
//
// Thread-safety: the I/O thread only.
class Service {
  public:
    virtual ~Service() = default;

    [[nodiscard]] virtual Admission admit(
        const Request& head, ExchangeId exchange, base::SteadyTime now
    ) = 0;

    virtual void handle(
        Request request, ExchangeId exchange, Respond respond, base::SteadyTime now
    ) = 0;

    virtual void abandoned(ExchangeId /*exchange*/, base::SteadyTime /*now*/) {}

    // The answer to a request that the connection itself refuses, for example 413.
    [[nodiscard]] virtual Response refuse(
        const Request& /*head*/, unsigned status, std::string_view why
    ) {
        return {.status = status, .body = std::string(why) + "\n"};
    }
};

}  // namespace flightcast::gateway::http
