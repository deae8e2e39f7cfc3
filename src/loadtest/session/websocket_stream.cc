// SPDX-License-Identifier: Apache-2.0
#include "loadtest/session/websocket_stream.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <span>
#include <utility>

namespace flightcast::loadtest::session {
namespace {

using base::Errc;
using base::fail;
using base::Result;

std::string base64(std::span<const unsigned char> bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // One more for the NUL it writes.
    const int size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size())
    );
    text.resize(static_cast<std::size_t>(size));
    return text;
}

// A websocket server's answer to `key` (RFC 6455, section 4.2.2).
std::string accept_for(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return base64(digest);
}

}  // namespace

WebsocketStream::WebsocketStream(
    const SocketIoServer& server, std::string_view sid, base::Random& random
)
    : random_(random) {
    std::array<unsigned char, 16> nonce{};
    random_.fill(std::as_writable_bytes(std::span(nonce)));
    const std::string key = base64(nonce);
    expected_accept_ = accept_for(key);
    output_.append("GET ").append(server.path).append("?EIO=4&transport=websocket");
    if (!sid.empty()) output_.append("&sid=").append(sid);
    output_.append(" HTTP/1.1\r\nHost: ")
        .append(server.authority)
        .append("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
        .append("Sec-WebSocket-Key: ")
        .append(key)
        .append("\r\n\r\n");
}

void WebsocketStream::append(std::string_view bytes) {
    if (is_open_) {
        frames_.append(bytes);
    } else {
        handshake_.append(bytes);
    }
}

Result<void> WebsocketStream::finish_handshake() {
    FC_TRY(const auto response, handshake_.next());
    if (!response) return {};
    if (response->status != 101) {
        return fail(
            Errc::unavailable,
            "the server refused the websocket with HTTP status " +
                std::to_string(response->status) + ": " + std::string(response->body.substr(0, 200))
        );
    }
    if (response->header("Sec-WebSocket-Accept") != expected_accept_) {
        return fail(
            Errc::corrupt,
            "the server broke the websocket protocol: Sec-WebSocket-Accept does not answer the key"
        );
    }
    is_open_ = true;
    frames_.append(handshake_.rest());
    handshake_.clear();
    return {};
}

Result<std::optional<std::string_view>> WebsocketStream::next() {
    if (!is_open_) FC_TRY_VOID(finish_handshake());
    while (is_open_) {
        FC_TRY(const auto message, frames_.next());
        if (!message) return std::nullopt;
        switch (message->kind) {
            case FrameKind::text:
                return message->payload;
            case FrameKind::ping:
                append_client_frame(output_, FrameKind::pong, message->payload, random_);
                break;
            case FrameKind::close:
                return fail(Errc::closed, "the server closed the websocket");
            case FrameKind::binary:
            case FrameKind::pong:
                break;
        }
    }
    return std::nullopt;
}

void WebsocketStream::send(std::string_view packet) {
    append_client_frame(output_, FrameKind::text, packet, random_);
}

std::string WebsocketStream::take_output() {
    return std::exchange(output_, {});
}

}  // namespace flightcast::loadtest::session
