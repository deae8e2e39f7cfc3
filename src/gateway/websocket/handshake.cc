// SPDX-License-Identifier: Apache-2.0
#include "gateway/websocket/handshake.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "gateway/http/text.h"

namespace flightcast::gateway::websocket {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kKeyChars = 24;  // 16 bytes in base64

bool is_key(std::string_view key) {
    const auto is_base64 = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '+' || c == '/';
    };
    return key.size() == kKeyChars && key.ends_with("==") &&
           std::ranges::all_of(key.substr(0, kKeyChars - 2), is_base64);
}

std::string accept_value(std::string_view key) {
    const std::string text = std::string(key).append(kGuid);
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<unsigned char, 32> encoded{};
    const int length = EVP_EncodeBlock(encoded.data(), digest.data(), SHA_DIGEST_LENGTH);
    return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(length)};
}

// The first of the subprotocols that the client offers; empty when it offers none. A client that
// offers some gives up unless one is chosen (RFC 6455, 4.1).
std::string_view first_subprotocol(const http::Headers& headers) {
    std::string_view offered = headers.find("sec-websocket-protocol").value_or("");
    while (!offered.empty()) {
        const std::size_t comma = std::min(offered.find(','), offered.size());
        const std::string_view name = http::trim(offered.substr(0, comma));
        if (!name.empty()) return http::is_token(name) ? name : std::string_view();
        offered.remove_prefix(std::min(comma + 1, offered.size()));
    }
    return {};
}

}  // namespace

std::expected<std::string, http::Malformed> accept(const http::Request& request) {
    using http::Malformed;
    const http::Headers& headers = request.headers;
    if (request.method != "GET")
        return std::unexpected(Malformed{400, "a websocket begins with GET"});
    if (headers.find("sec-websocket-version") != "13") {
        return std::unexpected(Malformed{426, "only websocket version 13 is spoken here"});
    }
    const std::string_view key = headers.find("sec-websocket-key").value_or("");
    if (headers.count("sec-websocket-key") != 1 || !is_key(key)) {
        return std::unexpected(Malformed{400, "Sec-WebSocket-Key is missing or malformed"});
    }
    std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        accept_value(key) + "\r\n";
    const std::string_view subprotocol = first_subprotocol(headers);
    if (!subprotocol.empty())
        answer.append("Sec-WebSocket-Protocol: ").append(subprotocol) += "\r\n";
    return answer += "\r\n";
}

}  // namespace flightcast::gateway::websocket
