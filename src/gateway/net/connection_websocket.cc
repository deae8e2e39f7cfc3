// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/connection.h"
#include "gateway/net/server.h"

namespace flightcast::gateway::net {

using websocket::CloseCode;

namespace {

// In bytes, or in fragments.
bool is_about_size(CloseCode code) {
    return code == CloseCode::too_large || code == CloseCode::policy;
}

}  // namespace

void Connection::on_websocket_input(std::span<char> bytes, base::SteadyTime now) {
    mark_dirty();
    while (!closing_ && fd_ >= 0) {
        const websocket::Event event = websocket_->decoder.next(bytes);
        if (std::holds_alternative<websocket::NeedMore>(event)) return;
        if (const auto* message = std::get_if<websocket::Message>(&event)) {
            renewed_ = true;
            websocket_->peer->on_message(message->kind, message->data, now);
        } else if (const auto* ping = std::get_if<websocket::Ping>(&event)) {
            // A client that sends pings and takes no pongs does not get a queue of them.
            if (!blocked_) output_.push(websocket::pong_frame(ping->data));
        } else {
            const auto* violation = std::get_if<websocket::Violation>(&event);
            const CloseCode code = violation != nullptr ? violation->code : CloseCode::none;
            if (is_about_size(code)) ++server_.counters_.oversized;
            close(code);
            return tell_closed(now);
        }
    }
}

void Connection::send(websocket::Frame frame) {
    if (closing_ || fd_ < 0) return;
    output_.push(frame.shared());
    mark_dirty();
}

void Connection::close(CloseCode code) {
    if (closing_ || fd_ < 0) return;
    output_.push(websocket::close_frame(code));
    closing_ = true;
    mark_dirty();
}

void Connection::tell_closed(base::SteadyTime now) {
    if (websocket_->peer == nullptr) return;
    const std::unique_ptr<websocket::Peer> peer = std::move(websocket_->peer);
    --server_.counters_.websockets;
    peer->on_closed(now);
}

}  // namespace flightcast::gateway::net
