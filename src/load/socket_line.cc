// SPDX-License-Identifier: Apache-2.0
#include "load/socket_line.h"

#include <utility>

namespace flightcast::load {

SocketLine::SocketLine(EventLoop& loop, base::Random& random, OnEvent on_event, OnClosed on_closed)
    : random_(random),
      on_event_(std::move(on_event)),
      on_closed_(std::move(on_closed)),
      line_(loop, *this) {}

void SocketLine::open(const Route& route, std::string_view authority) {
    client_.emplace(authority, random_);
    line_.open(route);
}

void SocketLine::join(const base::Uuid& id) {
    client_->join(id);
    flush();
}

void SocketLine::on_open() {
    flush();
}

void SocketLine::on_bytes(std::string_view bytes) {
    const auto received = client_->receive(bytes);
    const auto events = client_->take_events();
    if (received) {
        flush();
    } else {
        line_.close();
        client_.reset();
    }
    for (const SocketEvent& event : events) on_event_(event);
    if (!received) on_closed_(received.error());
}

void SocketLine::on_closed(const base::Error& reason) {
    client_.reset();
    on_closed_(reason);
}

void SocketLine::flush() {
    const std::string output = client_->take_output();
    if (!output.empty()) line_.send(output);
}

}  // namespace flightcast::load
