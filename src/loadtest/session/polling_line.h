// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadtest/net/http_line.h"
#include "loadtest/session/session_line.h"
#include "loadtest/session/socketio_session.h"
#include "loadtest/session/websocket_stream.h"

namespace flightcast::loadtest::session {

// A session by long-polling: one connection on which a GET always waits for packets, another for
// the POSTs that carry ours. With Transport::upgrade it moves on to a websocket as the official
// client does: probe on the websocket, let the pending GET end, then say "5".
class PollingLine final : public SessionLine, private net::TcpLine::Owner {
  public:
    // REQUIRES: `setup` lives as long as this.
    PollingLine(Transport transport, const SessionSetup& setup, SessionCallbacks callbacks);

    void open(const net::Route& route) override;
    void close() override;
    [[nodiscard]] bool is_connected() const override {
        return session_ && session_->is_connected();
    }
    void join(const base::Uuid& id) override;

  private:
    // Where packets travel; while upgrading, ours wait and the last GET ends.
    enum class Via : std::uint8_t { polling, upgrading, websocket };

    void on_poll(const base::Result<net::HttpResponse>& answer);
    void on_post(const base::Result<net::HttpResponse>& answer);
    [[nodiscard]] base::Result<void> take_payload(std::string_view payload);
    void poll();
    void flush();
    void begin_upgrade();
    void finish_upgrade();
    void fail(const base::Error& reason);

    // Hands on the session's events. False when a callback has ended the session.
    [[nodiscard]] bool dispatch();

    // The websocket.
    void on_open() override;
    void on_bytes(std::string_view bytes) override;
    void on_closed(const base::Error& reason) override;
    [[nodiscard]] base::Result<void> take_packet(std::string_view packet);
    void flush_stream();

    const Transport transport_;
    const SessionSetup& setup_;
    const SessionCallbacks callbacks_;
    net::HttpLine polls_;
    net::HttpLine posts_;
    net::TcpLine line_;
    net::Route route_;
    std::optional<SocketIoSession> session_;
    std::optional<WebsocketStream> stream_;
    Via via_ = Via::polling;
    bool is_upgrading_ = false;  // The websocket is being opened or probed.
    std::uint32_t generation_ = 0;
    std::vector<std::string> outbox_;  // Packets that could not be sent yet.
    std::string poll_request_;
    std::string post_request_;
};

}  // namespace flightcast::loadtest::session
