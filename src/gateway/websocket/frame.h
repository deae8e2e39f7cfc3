// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace flightcast::gateway::websocket {

enum class MessageKind : std::uint8_t { text, binary };

// One message to a client with its frame header (RFC 6455, 5.2; unmasked, in one piece), made once
// and shared by all recipients. Other transports take the payload alone.
class Frame {
  public:
    Frame() = default;

    // A message whose payload is the parts put together.
    static Frame make(MessageKind kind, std::initializer_list<std::string_view> parts);

    [[nodiscard]] MessageKind kind() const { return kind_; }
    [[nodiscard]] std::string_view wire() const { return *bytes_; }
    [[nodiscard]] std::string_view payload() const { return wire().substr(header_bytes_); }
    [[nodiscard]] const std::shared_ptr<const std::string>& shared() const { return bytes_; }

  private:
    std::shared_ptr<const std::string> bytes_;
    std::uint8_t header_bytes_ = 0;
    MessageKind kind_ = MessageKind::text;
};

enum class CloseCode : std::uint16_t {
    none = 0,  // a close frame without code; the peer sees 1005
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    bad_text = 1007,
    policy = 1008,
    too_large = 1009,
    service_restart = 1012,
    try_again_later = 1013,
};

// Control frames, ready for the wire; a close frame also says its reason in words. REQUIRES:
// payload of at most 125 bytes.
[[nodiscard]] std::string close_frame(CloseCode code);
[[nodiscard]] std::string pong_frame(std::string_view payload);

}  // namespace flightcast::gateway::websocket
