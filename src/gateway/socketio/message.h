// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "gateway/socketio/event.h"
#include "gateway/socketio/packet.h"
#include "gateway/websocket/frame.h"

namespace flightcast::gateway::socketio {

// One packet with its binary parts, encoded once for all recipients.
struct Message {
    websocket::Frame text;
    std::vector<websocket::Frame> attachments;
};

// `body_json` follows the head as it is. With attachments the type becomes the binary one.
[[nodiscard]] Message encode(
    PacketHead head, std::string_view body_json, Attachments attachments = {}
);

// ["name",args...] or [args...] when `event` is empty.
[[nodiscard]] std::string event_json(std::string_view event, std::string_view args_json);

}  // namespace flightcast::gateway::socketio
