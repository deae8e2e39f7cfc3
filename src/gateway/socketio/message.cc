// SPDX-License-Identifier: Apache-2.0
#include "gateway/socketio/message.h"

#include "gateway/socketio/json_scan.h"

namespace flightcast::gateway::socketio {

using websocket::Frame;
using websocket::MessageKind;

Message encode(PacketHead head, std::string_view body_json, Attachments attachments) {
    if (!attachments.empty()) {
        head.attachments = attachments.size();
        head.type =
            head.type == PacketType::ack ? PacketType::binary_ack : PacketType::binary_event;
    }
    Message message;
    message.text = Frame::make(MessageKind::text, {encode_head(head), body_json});
    message.attachments.reserve(attachments.size());
    for (const std::string& bytes : attachments) {
        message.attachments.push_back(Frame::make(MessageKind::binary, {bytes}));
    }
    return message;
}

std::string event_json(std::string_view event, std::string_view args_json) {
    std::string out = "[";
    out.reserve(event.size() + args_json.size() + 5);
    if (!event.empty()) out.append(quote(event));
    if (!event.empty() && !args_json.empty()) out.append(",");
    return out.append(args_json).append("]");
}

}  // namespace flightcast::gateway::socketio
