// SPDX-License-Identifier: Apache-2.0
//
// The state of one Engine.IO session and of a websocket that belongs, or wants to belong, to it.
// The Server moves them; no other code sees them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/deadlines.h"
#include "gateway/engineio/handler.h"
#include "gateway/engineio/poll_queue.h"
#include "gateway/websocket/endpoint.h"

namespace flightcast::gateway::engineio {

class Server;
class WebSocketPeer;

enum class Transport : std::uint8_t { polling, websocket };

enum class SessionState : std::uint8_t {
    open,
    closing,  // closed by us; a last poll may fetch the rest and the close packet
    closed,   // only waits to be freed
};

// A GET that waits for packets.
struct Poll {
    http::ExchangeId exchange;
    http::Respond respond;
    std::vector<http::Header> headers;  // for the answer
};

struct Session {
    SessionId id;
    std::string sid;
    Transport transport = Transport::polling;
    SessionState state = SessionState::open;
    bool pong_awaited = false;
    bool pong_extended = false;  // once per ping, any packet gives the pong more time
    bool dirty = false;          // in the server's list of those with a poll to answer
    bool overflowed = false;
    websocket::CloseCode close_code = websocket::CloseCode::none;  // for its websocket at the end
    WebSocketPeer* wire = nullptr;                  // the transport, when it is a websocket
    WebSocketPeer* candidate = nullptr;             // a websocket that wants to become it
    base::SteadyTime deadline = base::kNoDeadline;  // next ping, or the end
    std::optional<http::ExchangeId> post;           // a POST whose body is being read
    std::optional<Poll> poll;
    PollQueue queue;
};

// A websocket from 101 to its end.
class WebSocketPeer final : public websocket::Peer {
  public:
    enum class Stage : std::uint8_t {
        unprobed,  // the session still polls
        probed,    // "3probe" was sent; waits for the upgrade packet
        active,    // it is the session's transport
        dead,      // further input is ignored
    };

    WebSocketPeer(Server& owner, websocket::Link& its_link, Stage its_stage)
        : link(its_link), stage(its_stage), owner_(owner) {}

    void on_message(
        websocket::MessageKind kind, std::string_view data, base::SteadyTime now
    ) override;
    void on_closed(base::SteadyTime now) override;

    websocket::Link& link;
    Stage stage;
    Session* session = nullptr;                     // unless dead
    base::SteadyTime deadline = base::kNoDeadline;  // of the upgrade

  private:
    Server& owner_;
};

}  // namespace flightcast::gateway::engineio
