// SPDX-License-Identifier: Apache-2.0
//
// An HTTP connection without a socket: bytes in, bytes out, times as arguments. Does for tests and
// simulations of services as gateway/net does with a file descriptor.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "gateway/http/body_reader.h"
#include "gateway/http/head.h"
#include "gateway/http/service.h"

namespace flightcast::gateway::http {

class WireClient {
  public:
    // REQUIRES: `service` outlives every Respond that it was given.
    explicit WireClient(Service& service) : service_(service), answers_(new std::string) {}

    // The bytes reach the service, cut wherever the caller likes. Requests are taken one after the
    // other; a malformed one is answered, and nothing is taken after it.
    void send(std::string_view bytes, base::SteadyTime now);

    // The client goes away: a request without its answer is abandoned.
    void leave(base::SteadyTime now);

    // The answers since the last call: status line, headers, body.
    [[nodiscard]] std::string take() { return std::exchange(*answers_, {}); }

  private:
    bool step(base::SteadyTime now);
    bool begin(base::SteadyTime now);
    void answer(const Response& response, bool keep_alive);

    Service& service_;
    std::string input_;
    Head head_;
    BodyReader body_;
    ExchangeId exchange_;
    std::uint64_t exchanges_ = 0;
    bool in_body_ = false;
    bool is_over_ = false;
    std::shared_ptr<bool> is_waiting_;      // for the answer of the last request
    std::shared_ptr<std::string> answers_;  // outlives the client, as answers may
};

}  // namespace flightcast::gateway::http
