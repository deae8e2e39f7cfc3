// SPDX-License-Identifier: Apache-2.0
#include "loadtest/session/session_line.h"

#include <utility>

#include "loadtest/session/polling_line.h"
#include "loadtest/session/websocket_line.h"

namespace flightcast::loadtest::session {

std::unique_ptr<SessionLine> make_session_line(
    Transport transport, const SessionSetup& setup, SessionCallbacks callbacks
) {
    if (transport == Transport::websocket) {
        return std::make_unique<WebsocketLine>(setup, std::move(callbacks));
    }
    return std::make_unique<PollingLine>(transport, setup, std::move(callbacks));
}

}  // namespace flightcast::loadtest::session
