// SPDX-License-Identifier: Apache-2.0
//
// Packets of one payload are separated by U+001E. An upgrade, client on the left:
//
//     GET ...transport=websocket&sid=...  ->  <-  101
//     2probe                              ->  <-  3probe        on the websocket; the GET that
//                                             <-  6             waits is answered with a noop
//     5                                   ->                    from here on by websocket
#include "loadtest/session/polling_line.h"

#include <algorithm>
#include <utility>

namespace flightcast::loadtest::session {
namespace {

constexpr char kSeparator = '\x1e';

std::string join_packets(const std::vector<std::string>& packets) {
    std::string payload;
    for (const std::string& packet : packets) {
        if (!payload.empty()) payload += kSeparator;
        payload += packet;
    }
    return payload;
}

base::Error refusal(const net::HttpResponse& answer) {
    return {
        base::Errc::unavailable,
        "the server refused long-polling with HTTP status " + std::to_string(answer.status) + ": " +
            std::string(answer.body.substr(0, 200))
    };
}

}  // namespace

PollingLine::PollingLine(Transport transport, const SessionSetup& setup, SessionCallbacks callbacks)
    : transport_(transport),
      setup_(setup),
      callbacks_(std::move(callbacks)),
      polls_(setup.loop, [this](const auto& answer) { on_poll(answer); }),
      posts_(setup.loop, [this](const auto& answer) { on_post(answer); }),
      line_(setup.loop, *this) {}

void PollingLine::open(const net::Route& route) {
    close();
    route_ = route;
    session_.emplace(setup_.server);
    polls_.open(route_);
    posts_.open(route_);
    poll();
}

void PollingLine::close() {
    ++generation_;
    polls_.close();
    posts_.close();
    line_.close();
    session_.reset();
    stream_.reset();
    via_ = Via::polling;
    is_upgrading_ = false;
    outbox_.clear();
}

void PollingLine::fail(const base::Error& reason) {
    close();
    callbacks_.on_closed(reason);
}

void PollingLine::join(const base::Uuid& id) {
    session_->join(id);
    flush();
}

void PollingLine::poll() {
    poll_request_ = "GET " + setup_.server.path + "?EIO=4&transport=polling";
    if (!session_->sid().empty()) poll_request_ += "&sid=" + session_->sid();
    poll_request_ += " HTTP/1.1\r\nHost: " + setup_.server.authority + "\r\n\r\n";
    polls_.ask(poll_request_);
}

void PollingLine::on_poll(const base::Result<net::HttpResponse>& answer) {
    if (!answer) return fail(answer.error());
    if (answer->status != 200) return fail(refusal(*answer));
    if (const auto taken = take_payload(answer->body); !taken) return fail(taken.error());
    if (!dispatch()) return;
    if (via_ == Via::polling) poll();
    flush();
    finish_upgrade();
}

base::Result<void> PollingLine::take_payload(std::string_view payload) {
    while (!payload.empty()) {
        const std::size_t end = std::min(payload.find(kSeparator), payload.size());
        FC_TRY_VOID(session_->receive(payload.substr(0, end)));
        payload.remove_prefix(std::min(end + 1, payload.size()));
    }
    return {};
}

bool PollingLine::dispatch() {
    const std::uint32_t generation = generation_;
    for (const SocketEvent& event : session_->take_events()) {
        const bool stands = event.kind == SocketEvent::Kind::connected;
        callbacks_.on_event(event);
        if (generation != generation_) return false;
        if (stands && transport_ == Transport::upgrade) begin_upgrade();
    }
    return true;
}

void PollingLine::on_post(const base::Result<net::HttpResponse>& answer) {
    if (!answer) return fail(answer.error());
    if (answer->status != 200) return fail(refusal(*answer));
    flush();
    finish_upgrade();
}

// Sends the waiting packets, if the way is free.
void PollingLine::flush() {
    if (!session_) return;
    for (std::string& packet : session_->take_packets()) outbox_.push_back(std::move(packet));
    if (outbox_.empty() || via_ == Via::upgrading) return;
    if (via_ == Via::websocket) {
        for (const std::string& packet : std::exchange(outbox_, {})) stream_->send(packet);
        return flush_stream();
    }
    if (posts_.is_waiting() || session_->sid().empty()) return;
    const std::string payload = join_packets(std::exchange(outbox_, {}));
    post_request_ = "POST " + setup_.server.path +
                    "?EIO=4&transport=polling&sid=" + session_->sid() +
                    " HTTP/1.1\r\nHost: " + setup_.server.authority +
                    "\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: " +
                    std::to_string(payload.size()) + "\r\n\r\n" + payload;
    posts_.ask(post_request_);
}

void PollingLine::begin_upgrade() {
    if (is_upgrading_) return;
    is_upgrading_ = true;
    stream_.emplace(setup_.server, session_->sid(), setup_.random);
    line_.open(route_);
}

// When neither a GET nor a POST is under way any more, the websocket takes over.
void PollingLine::finish_upgrade() {
    if (via_ != Via::upgrading || polls_.is_waiting() || posts_.is_waiting()) return;
    via_ = Via::websocket;
    polls_.close();
    posts_.close();
    stream_->send("5");
    flush_stream();
    flush();
}

void PollingLine::on_open() {
    flush_stream();
}

void PollingLine::on_bytes(std::string_view bytes) {
    const std::uint32_t generation = generation_;
    bool was_open = stream_->is_open();
    stream_->append(bytes);
    while (true) {
        const auto packet = stream_->next();
        if (!packet) return fail(packet.error());
        if (!was_open && stream_->is_open()) stream_->send("2probe");
        was_open = stream_->is_open();
        if (!*packet) break;
        if (const auto taken = take_packet(**packet); !taken) return fail(taken.error());
    }
    flush_stream();
    if (!dispatch() || generation != generation_) return;
    flush();
}

base::Result<void> PollingLine::take_packet(std::string_view packet) {
    if (via_ == Via::websocket) return session_->receive(packet);
    if (packet != "3probe") {
        return base::fail(base::Errc::corrupt, "the server does not answer the upgrade's probe");
    }
    via_ = Via::upgrading;
    finish_upgrade();
    return {};
}

void PollingLine::on_closed(const base::Error& reason) {
    fail(reason);
}

void PollingLine::flush_stream() {
    const std::string output = stream_->take_output();
    if (!output.empty()) line_.send(output);
}

}  // namespace flightcast::loadtest::session
