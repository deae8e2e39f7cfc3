// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/strong_id.h"
#include "gateway/http/message.h"
#include "gateway/websocket/frame.h"

namespace flightcast::gateway::engineio {

// Names a session within this program; never used again. The secret that clients know it by is
// another.
using SessionId = base::StrongId<struct SessionIdTag, std::uint64_t>;

// The user of Engine.IO's sessions. It may send to and close any session from within every call.
class Handler {
  public:
    virtual ~Handler() = default;
    virtual void on_open(
        SessionId session, const http::Request& handshake, base::SteadyTime now
    ) = 0;
    virtual void on_message(
        SessionId session, websocket::MessageKind kind, std::string_view data, base::SteadyTime now
    ) = 0;

    // The session is gone. `reason` as the official server words it: "transport close",
    // "transport error", "ping timeout", "parse error", "forced close", ...
    virtual void on_close(SessionId session, std::string_view reason, base::SteadyTime now) = 0;

    // No call of this handler is under way any more.
    virtual void on_flush() {}

    [[nodiscard]] virtual std::optional<base::SteadyTime> next_deadline() const {
        return std::nullopt;
    }
    virtual void expire(base::SteadyTime /*now*/) {}
};

}  // namespace flightcast::gateway::engineio
