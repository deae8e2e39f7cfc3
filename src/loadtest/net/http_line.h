// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "loadtest/net/http_response.h"
#include "loadtest/net/tcp_line.h"

namespace flightcast::loadtest::net {

// Sends HTTP requests, one at a time, on one connection that is kept open as long as the server
// lets it be, and opened again for the next request.
//
// Thread-safety: the loop's thread only.
class HttpLine final : private TcpLine::Owner {
  public:
    // Called once for each ask(). The answer is borrowed for the call.
    using OnAnswer = std::function<void(const base::Result<HttpResponse>&)>;

    HttpLine(EventLoop& loop, OnAnswer on_answer);

    // Connects now, so that the first ask() need not; earlier requests are not answered.
    void open(const Route& route);

    // Sends a whole request, head and body. REQUIRES: open() was called; the answer to the last
    // request has arrived; `request` lives until its answer arrives.
    void ask(std::string_view request);

    // No answer follows.
    void close();

    [[nodiscard]] bool is_waiting() const { return awaits_answer_; }

  private:
    enum class State { closed, connecting, open };

    void on_open() override;
    void on_bytes(std::string_view bytes) override;
    void on_closed(const base::Error& reason) override;
    void finish(const base::Result<HttpResponse>& answer);

    const OnAnswer on_answer_;
    TcpLine line_;
    Route route_;
    State state_ = State::closed;
    bool awaits_answer_ = false;
    std::string_view request_;  // The one on its way.
    HttpResponseReader answers_;
};

}  // namespace flightcast::loadtest::net
