// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "load/http_response.h"
#include "load/tcp_line.h"

namespace flightcast::load {

// Posts forms to the original's endpoint, one at a time, on one connection that is kept open as
// long as the server lets it be, and opened again when the next form is posted.
//
// Thread-safety: the loop's thread only.
class HttpLine final : private TcpLine::Owner {
  public:
    // Called once for each post(). The answer is borrowed for the call.
    using OnAnswer = std::function<void(const base::Result<HttpResponse>&)>;

    HttpLine(EventLoop& loop, const Route& route, std::string_view authority, OnAnswer on_answer);

    // Connects now, so that the first post() need not.
    void open();

    // REQUIRES: the answer to the last one has come.
    void post(std::string_view form);

  private:
    enum class State { closed, connecting, open };

    void on_open() override;
    void on_bytes(std::string_view bytes) override;
    void on_closed(const base::Error& reason) override;
    void finish(const base::Result<HttpResponse>& answer);

    const Route route_;
    const std::string head_;  // Of every request, up to the value of Content-Length.
    const OnAnswer on_answer_;
    TcpLine line_;
    State state_ = State::closed;
    bool awaits_answer_ = false;
    std::string request_;  // The one on its way.
    HttpResponseReader answers_;
};

}  // namespace flightcast::load
