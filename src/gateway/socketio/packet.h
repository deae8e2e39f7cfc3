// SPDX-License-Identifier: Apache-2.0
//
// Socket.IO v5 packets (github.com/socketio/socket.io-protocol):
//     <type>[<attachments>-][<namespace>,][<ack id>][<json>]
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flightcast::gateway::socketio {

enum class PacketType : char {
    connect = '0',
    disconnect = '1',
    event = '2',
    ack = '3',
    connect_error = '4',
    binary_event = '5',
    binary_ack = '6',
};

// A decoded packet; its views are into the text that was decoded.
struct Packet {
    PacketType type{};
    std::size_t attachments = 0;         // binary messages that follow
    std::string_view name_space;         // "/" or "/custom"
    std::optional<std::uint64_t> id;     // of the acknowledgement that is asked for or given
    std::string_view json;               // may be empty for connect
    std::string event;                   // of an event: its name
    std::vector<std::string_view> args;  // of an event: without the name; of an ack: all
};

// Nothing for whatever a client may not send: the connection is then to be closed. Strict: the
// payload must fit the type, reserved event names are refused, attachments must be 1 to
// kAttachmentsMax and placeholders must point at them.
[[nodiscard]] std::optional<Packet> decode_packet(std::string_view text);

// The head of a packet up to its JSON, with Engine.IO's own "4" in front: "42/custom,7".
struct PacketHead {
    PacketType type{};
    std::size_t attachments = 0;
    std::string_view name_space = "/";
    std::optional<std::uint64_t> id{};
};
[[nodiscard]] std::string encode_head(const PacketHead& head);

}  // namespace flightcast::gateway::socketio
