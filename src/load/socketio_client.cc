// SPDX-License-Identifier: Apache-2.0
//
// The conversation, client on the left:
//
//     GET /socket.io/?EIO=4&transport=websocket  ->
//                                               <-  101, 0{"sid":...}    Engine.IO open
//     40                                        ->
//                                               <-  40{"sid":...}        Socket.IO connected
//     42["join",{"request_id":"..."}]           ->
//                                               <-  42["joined",{"room":"..."}]
//                                               <-  42["prediction_ready",{...,"UUID":"...",...}]
//                                               <-  2                    ping
//     3                                         ->                       pong
#include "load/socketio_client.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <span>
#include <utility>

#include "base/check.h"

namespace flightcast::load {
namespace {

namespace json = boost::json;

using base::Errc;
using base::fail;
using base::Result;
using Kind = SocketEvent::Kind;

std::string base64(std::span<const unsigned char> bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // One more for the NUL it writes.
    const int size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size())
    );
    text.resize(static_cast<std::size_t>(size));
    return text;
}

// What a websocket server must answer to `key` (RFC 6455, section 4.2.2).
std::string accept_for(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return base64(digest);
}

std::unexpected<base::Error> broken(std::string what) {
    return fail(Errc::corrupt, "the server broke the Socket.IO protocol: " + std::move(what));
}

base::Uuid id_in(const json::object& payload, std::string_view key) {
    const json::value* const value = payload.if_contains(key);
    const json::string* const text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? base::Uuid{} : base::Uuid::parse(*text).value_or(base::Uuid{});
}

struct EventName {
    std::string_view name;
    Kind kind;
    std::string_view id_key;
};
constexpr std::array kEventNames = {
    EventName{"joined", Kind::joined, "room"},
    EventName{"prediction_ready", Kind::prediction_ready, "UUID"},
    EventName{"prediction_failed", Kind::prediction_failed, "request_id"},
};

// Reads the JSON of an EVENT packet: `["name",{payload}]`.
Result<SocketEvent> parse_event(std::string_view text) {
    std::array<unsigned char, 4'096> memory;  // Of one event, so that none is allocated.
    json::monotonic_resource resource(memory.data(), memory.size());
    boost::system::error_code error;
    const json::value parsed = json::parse(text, error, &resource);
    const json::array* const event = error ? nullptr : parsed.if_array();
    const json::string* const name =
        event == nullptr || event->empty() ? nullptr : event->front().if_string();
    if (name == nullptr) return broken("an event that is no JSON array with a name");
    const json::object* const payload = event->size() < 2 ? nullptr : (*event)[1].if_object();
    for (const EventName& known : kEventNames) {
        if (*name != known.name) continue;
        SocketEvent result{.kind = known.kind};
        if (payload == nullptr) return result;
        result.id = id_in(*payload, known.id_key);
        const json::value* const final = payload->if_contains("final");
        const bool* const is_final = final == nullptr ? nullptr : final->if_bool();
        result.is_final = is_final == nullptr || *is_final;
        return result;
    }
    return SocketEvent{};
}

}  // namespace

SocketIoClient::SocketIoClient(std::string_view authority, base::Random& random) : random_(random) {
    std::array<unsigned char, 16> nonce{};
    random_.fill(std::as_writable_bytes(std::span(nonce)));
    const std::string key = base64(nonce);
    expected_accept_ = accept_for(key);
    output_.append("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ")
        .append(authority)
        .append("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
        .append("Sec-WebSocket-Key: ")
        .append(key)
        .append("\r\n\r\n");
}

Result<void> SocketIoClient::receive(std::string_view bytes) {
    if (phase_ == Phase::handshake) {
        handshake_.append(bytes);
        FC_TRY(const bool finished, finish_handshake());
        if (!finished) return {};
        frames_.append(handshake_.rest());
        handshake_.clear();
    } else {
        frames_.append(bytes);
    }
    while (true) {
        FC_TRY(const auto message, frames_.next());
        if (!message) return {};
        FC_TRY_VOID(on_message(*message));
    }
}

Result<bool> SocketIoClient::finish_handshake() {
    FC_TRY(const auto response, handshake_.next());
    if (!response) return false;
    if (response->status != 101) {
        return fail(
            Errc::unavailable,
            "the server refused the websocket with HTTP status " +
                std::to_string(response->status) + ": " + std::string(response->body.substr(0, 200))
        );
    }
    if (response->header("Sec-WebSocket-Accept") != expected_accept_) {
        return broken("Sec-WebSocket-Accept does not answer the key");
    }
    phase_ = Phase::opening;
    return true;
}

Result<void> SocketIoClient::on_message(const WebsocketMessage& message) {
    switch (message.kind) {
        case FrameKind::text:
            return on_engine_packet(message.payload);
        case FrameKind::ping:
            append_client_frame(output_, FrameKind::pong, message.payload, random_);
            return {};
        case FrameKind::close:
            return fail(Errc::closed, "the server closed the websocket");
        case FrameKind::binary:
        case FrameKind::pong:
            return {};
    }
    return {};
}

Result<void> SocketIoClient::on_engine_packet(std::string_view packet) {
    const char type = packet.empty() ? '\0' : packet.front();
    if (phase_ == Phase::opening) {
        if (type != '0') return broken("the first packet is not the Engine.IO open packet");
        send_text("40");
        phase_ = Phase::connecting;
        return {};
    }
    switch (type) {
        case '1':
            return fail(Errc::closed, "the server closed the Engine.IO session");
        case '2':
            send_text("3");
            return {};
        case '4':
            return on_socket_packet(packet.substr(1));
        case '6':
            return {};
        default:
            return broken("Engine.IO packet '" + std::string(packet.substr(0, 40)) + "'");
    }
}

Result<void> SocketIoClient::on_socket_packet(std::string_view packet) {
    const char type = packet.empty() ? '\0' : packet.front();
    if (phase_ == Phase::connecting) {
        if (type != '0') {
            return fail(
                Errc::unavailable,
                "the server refused the Socket.IO connection: " + std::string(packet.substr(0, 200))
            );
        }
        phase_ = Phase::connected;
        events_.push_back({.kind = Kind::connected});
        return {};
    }
    switch (type) {
        case '1':
            return fail(Errc::closed, "the server ended the Socket.IO connection");
        case '2': {
            const std::size_t start = packet.find('[');  // An ack id may stand before it.
            if (start == std::string_view::npos) return broken("an event without a payload");
            FC_TRY(const SocketEvent event, parse_event(packet.substr(start)));
            events_.push_back(event);
            return {};
        }
        case '3':
        case '5':
        case '6':
            return {};  // Acks and binary: nothing that a prediction needs.
        default:
            return broken("Socket.IO packet '" + std::string(packet.substr(0, 40)) + "'");
    }
}

void SocketIoClient::join(const base::Uuid& id) {
    FC_CHECK(is_connected());
    send_text(R"(42["join",{"request_id":")" + id.to_string() + R"("}])");
}

std::vector<SocketEvent> SocketIoClient::take_events() {
    return std::exchange(events_, {});
}

std::string SocketIoClient::take_output() {
    return std::exchange(output_, {});
}

void SocketIoClient::send_text(std::string_view text) {
    append_client_frame(output_, FrameKind::text, text, random_);
}

}  // namespace flightcast::load
