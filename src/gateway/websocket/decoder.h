// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/websocket/frame.h"

namespace flightcast::gateway::websocket {

struct NeedMore {};

struct Message {
    MessageKind kind{};
    std::string_view data;  // until the next call
};

struct Ping {
    std::string_view data;  // until the next call
};

struct PeerClosed {};  // The peer sent a close frame; answer it and close.

// The connection cannot go on; close it with this code.
struct Violation {
    CloseCode code = CloseCode::protocol_error;
};

using Event = std::variant<NeedMore, Message, Ping, PeerClosed, Violation>;

// Turns a client's bytes on a websocket into messages (RFC 6455, the server's side, no
// extensions). Owns no socket. A message that lies whole in the caller's buffer is decoded there;
// one that does not is put together here, and only then is memory used.
//
// Refused with 1002: frames without mask, reserved bits and opcodes, lengths with the high bit set,
// fragmented or long control frames, continuation out of turn. 1007: text that is not UTF-8. 1008:
// more than kWebSocketFragmentsMax frames in one message. 1009: a message longer than the limit, as
// soon as a header announces it.
class Decoder {
  public:
    explicit Decoder(std::size_t message_bytes_max) : message_bytes_max_(message_bytes_max) {}

    // Takes bytes off the front of `input` (and unmasks them in place) up to the end of the next
    // event. `input` is empty when the answer is NeedMore. Not to be called after PeerClosed or
    // Violation.
    [[nodiscard]] Event next(std::span<char>& input);

    // Whether a message or a frame has begun and not ended.
    [[nodiscard]] bool in_message() const {
        return header_have_ > 0 || in_frame_ || fragments_ > 0;
    }

  private:
    static constexpr std::size_t kHeaderBytesMax = 14;

    [[nodiscard]] bool read_header(std::span<char>& input);
    [[nodiscard]] std::size_t header_bytes_wanted() const;
    [[nodiscard]] CloseCode check_header();
    [[nodiscard]] std::span<char> read_payload(std::span<char>& input);
    [[nodiscard]] Event finish_frame(std::span<const char> whole);
    [[nodiscard]] Event finish_control(std::string_view data);
    [[nodiscard]] Event finish_data(std::string_view data);

    const std::size_t message_bytes_max_;
    std::array<unsigned char, kHeaderBytesMax> header_{};
    std::uint8_t header_have_ = 0;
    bool in_frame_ = false;
    bool delivered_ = false;  // message_ was handed out and is to be forgotten
    MessageKind kind_ = MessageKind::text;
    std::uint32_t fragments_ = 0;    // frames of the unfinished message
    std::uint64_t frame_bytes_ = 0;  // of the current frame's payload
    std::uint64_t frame_have_ = 0;
    std::string message_;  // the unfinished message, unmasked
    std::string control_;  // the unfinished control frame
};

}  // namespace flightcast::gateway::websocket
