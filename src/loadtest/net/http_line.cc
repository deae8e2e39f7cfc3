// SPDX-License-Identifier: Apache-2.0
#include "loadtest/net/http_line.h"

#include <utility>

#include "base/check.h"

namespace flightcast::loadtest::net {

HttpLine::HttpLine(EventLoop& loop, OnAnswer on_answer)
    : on_answer_(std::move(on_answer)), line_(loop, *this) {}

void HttpLine::open(const Route& route) {
    route_ = route;
    awaits_answer_ = false;
    state_ = State::connecting;
    line_.open(route_);
}

void HttpLine::close() {
    awaits_answer_ = false;
    state_ = State::closed;
    line_.close();
}

void HttpLine::ask(std::string_view request) {
    FC_CHECK(!awaits_answer_);
    awaits_answer_ = true;
    request_ = request;
    if (state_ == State::open) line_.send(request_);
    if (state_ == State::closed) {
        state_ = State::connecting;
        line_.open(route_);
    }
}

void HttpLine::on_open() {
    state_ = State::open;
    answers_.clear();
    if (awaits_answer_) line_.send(request_);
}

void HttpLine::on_bytes(std::string_view bytes) {
    answers_.append(bytes);
    const auto answer = answers_.next();
    if (!answer) return finish(std::unexpected(answer.error()));
    if (*answer) finish(**answer);
}

void HttpLine::on_closed(const base::Error& reason) {
    state_ = State::closed;
    if (!awaits_answer_) return;
    const auto answer = answers_.next_at_end();
    if (answer && *answer) return finish(**answer);
    finish(std::unexpected(answer ? reason : answer.error()));
}

void HttpLine::finish(const base::Result<HttpResponse>& answer) {
    const bool was_asked = std::exchange(awaits_answer_, false);
    if (!answer || !answer->keeps_open || !was_asked) {
        line_.close();
        state_ = State::closed;
    }
    if (was_asked) on_answer_(answer);
}

}  // namespace flightcast::loadtest::net
