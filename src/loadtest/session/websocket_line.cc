// SPDX-License-Identifier: Apache-2.0
#include "loadtest/session/websocket_line.h"

#include <utility>

namespace flightcast::loadtest::session {

WebsocketLine::WebsocketLine(const SessionSetup& setup, SessionCallbacks callbacks)
    : setup_(setup), callbacks_(std::move(callbacks)), line_(setup.loop, *this) {}

void WebsocketLine::open(const net::Route& route) {
    client_.emplace(setup_.server, setup_.random);
    line_.open(route);
}

void WebsocketLine::close() {
    line_.close();
    client_.reset();
}

void WebsocketLine::join(const base::Uuid& id) {
    client_->join(id);
    flush();
}

void WebsocketLine::on_bytes(std::string_view bytes) {
    const auto received = client_->receive(bytes);
    const auto events = client_->take_events();
    if (received) {
        flush();
    } else {
        close();
    }
    for (const SocketEvent& event : events) callbacks_.on_event(event);
    if (!received) callbacks_.on_closed(received.error());
}

void WebsocketLine::on_closed(const base::Error& reason) {
    client_.reset();
    callbacks_.on_closed(reason);
}

void WebsocketLine::flush() {
    const std::string output = client_->take_output();
    if (!output.empty()) line_.send(output);
}

}  // namespace flightcast::loadtest::session
