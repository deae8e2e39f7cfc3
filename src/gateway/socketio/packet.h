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
    std::size_t attachments = 0;  // binary messages that follow
    std::string_view name_space;  // "/" or "/custom"
    // Of the acknowledgement that is asked for or given: digits, without zeros in front. A client
    // may count beyond 64 bits; it gets its own digits back.
    std::optional<std::string> id;
    std::string_view json;               // may be empty, except with attachments
    std::string event;                   // of an event: its name; of a number, as it was written
    std::string_view event_json;         // the same as JSON text, with the quotes of a string
    std::vector<std::string_view> args;  // of an event: without the name; of an ack: all
};

// Nothing for a packet that costs a client its connection: where both the official server and
// python-socketio overlook a fault, it is overlooked here (tests/conformance/reference). The
// payload must fit the type, an event's name is a number or a string that is not reserved,
// attachments must be 1 to kAttachmentsMax and placeholders must point at them.
[[nodiscard]] std::optional<Packet> decode_packet(std::string_view text);

// The head of a packet up to its JSON, with Engine.IO's own "4" in front: "42/custom,7".
struct PacketHead {
    PacketType type{};
    std::size_t attachments = 0;
    std::string_view name_space = "/";
    std::string_view id{};  // empty: none
};
[[nodiscard]] std::string encode_head(const PacketHead& head);

}  // namespace flightcast::gateway::socketio
