// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace flightcast::loadtest::session {

enum class FrameKind : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

// One whole message or control frame. The payload lives until the reader that gave it is used
// again.
struct WebsocketMessage {
    FrameKind kind = FrameKind::text;
    std::string_view payload{};
};

// Appends one frame as a client sends it (RFC 6455: unfragmented, masked with random bytes).
void append_client_frame(
    std::string& out, FrameKind kind, std::string_view payload, base::Random& random
);

// Cuts the messages of a websocket server out of the bytes of a connection, joining fragments. Owns
// no socket; does not check that text is UTF-8.
//
// Thread-safety: one thread only.
class WebsocketReader {
  public:
    void append(std::string_view bytes);

    // The next whole message; nothing when more bytes are needed. Corrupt when the server breaks
    // the protocol, full when a message is larger than limits::kMessageBytesMax.
    [[nodiscard]] base::Result<std::optional<WebsocketMessage>> next();

  private:
    struct Frame;
    [[nodiscard]] base::Result<std::optional<Frame>> read_frame();

    std::string buffer_;
    std::size_t used_ = 0;  // Bytes of the buffer that belong to frames already given.
    std::string fragments_;
    std::optional<FrameKind> fragmented_;  // The kind of the message whose fragments are coming.
    bool fragments_given_ = false;
};

}  // namespace flightcast::loadtest::session
