// SPDX-License-Identifier: Apache-2.0
#include "gateway/access.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <boost/json.hpp>

#include "gateway/http/text.h"

namespace flightcast::gateway {

namespace json = boost::json;

// Equal lengths make it possible to compare in constant time.
Access::Digest Access::digest_of(std::string_view text) {
    Digest digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return digest;
}

Access::Access(std::string_view token) {
    if (!token.empty()) token_ = digest_of(token);
}

bool Access::matches(std::string_view token) const {
    const Digest digest = digest_of(token);
    return CRYPTO_memcmp(digest.data(), token_->data(), digest.size()) == 0;
}

bool Access::allows(const http::Request& request) const {
    if (!token_) return true;
    constexpr std::string_view kScheme = "Bearer ";
    const std::string_view value = request.headers.find("authorization").value_or("");
    if (value.size() <= kScheme.size()) return false;
    if (!http::equal_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return false;
    return matches(http::trim(value.substr(kScheme.size())));
}

std::optional<socketio::ConnectError> Access::check(const socketio::Handshake& handshake) const {
    if (!token_) return std::nullopt;
    boost::system::error_code error;
    const json::value auth = json::parse(handshake.auth_json, error);
    if (!error && auth.is_object()) {
        const json::value* token = auth.get_object().if_contains("token");
        if (token != nullptr && token->is_string() && matches(token->get_string())) {
            return std::nullopt;
        }
    }
    return socketio::ConnectError{
        .message = "this server wants its token: connect with auth {token}",
        .data_json = R"({"code":"unauthorized"})"
    };
}

}  // namespace flightcast::gateway
