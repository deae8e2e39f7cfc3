// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "gateway/http/message.h"
#include "gateway/socketio/event.h"

namespace flightcast::gateway {

// Decides which clients may submit flights, join, and read outcomes: those with the token, or all
// without one. Tokens are compared in constant time.
class Access {
  public:
    // Empty: everybody.
    explicit Access(std::string_view token);

    // Whether a request brings the token: "Authorization: Bearer TOKEN".
    [[nodiscard]] bool allows(const http::Request& request) const;

    // The same; without a token nobody may, for what is never open to all.
    [[nodiscard]] bool admits(const http::Request& request) const {
        return token_.has_value() && allows(request);
    }

    // Why a Socket.IO client may not connect; it brings the token as `auth: {token}`.
    [[nodiscard]] std::optional<socketio::ConnectError> check(
        const socketio::Handshake& handshake
    ) const;

  private:
    using Digest = std::array<unsigned char, 32>;

    [[nodiscard]] static Digest digest_of(std::string_view text);
    [[nodiscard]] bool matches(std::string_view token) const;

    std::optional<Digest> token_;
};

}  // namespace flightcast::gateway
