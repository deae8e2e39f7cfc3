// SPDX-License-Identifier: Apache-2.0
//
// Engine.IO v4 packets (github.com/socketio/engine.io-protocol): "<digit><data>" as text; over
// polling several are joined by 0x1e and binary messages are "b<base64>".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/websocket/frame.h"

namespace flightcast::gateway::engineio {

enum class PacketType : char {
    open = '0',
    close = '1',
    ping = '2',
    pong = '3',
    message = '4',
    upgrade = '5',
    noop = '6',
};

struct Packet {
    PacketType type{};
    std::string_view data;  // in the caller's bytes

    bool operator==(const Packet&) const = default;
};

// Nothing for empty text or an unknown type.
[[nodiscard]] std::optional<Packet> decode_packet(std::string_view text);

// Base64 with the standard alphabet; the decoder takes text with or without padding.
[[nodiscard]] std::string encode_base64(std::string_view bytes);
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

// Takes the packets of a polling body one after the other, in linear time.
class PayloadReader {
  public:
    explicit PayloadReader(std::string_view payload) : rest_(payload) {}

    struct Item {
        bool valid = false;  // false: decoding stops here, the session is to be closed
        websocket::MessageKind kind = websocket::MessageKind::text;
        Packet packet;       // of a text item
        std::string binary;  // of a binary item: the bytes of a message
    };

    // Nothing at the end. An empty payload has one item, which is not valid.
    [[nodiscard]] std::optional<Item> next();

  private:
    std::string_view rest_;
    bool done_ = false;
};

// Appends one queued packet to a polling body.
void append_to_payload(std::string& payload, const websocket::Frame& frame);

}  // namespace flightcast::gateway::engineio
