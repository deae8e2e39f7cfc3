// SPDX-License-Identifier: Apache-2.0
//
// The conversation, client on the left:
//
//                                               <-  0{"sid":...}         Engine.IO open
//     40                                        ->
//                                               <-  40{"sid":...}        Socket.IO connected
//     42["join",{"request_id":"..."}]           ->
//                                               <-  42["joined",{"room":"..."}]
//                                               <-  42["prediction_ready",{...,"UUID":"...",...}]
//                                               <-  2                    ping
//     3                                         ->                       pong
#include "loadtest/session/socketio_session.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/check.h"

namespace flightcast::loadtest::session {
namespace {

namespace json = boost::json;

using base::Errc;
using base::fail;
using base::Result;
using Kind = SocketEvent::Kind;

// Where servers of this kind put the id.
constexpr std::array<std::string_view, 5> kIdKeys = {"UUID", "request_id", "room", "uuid", "id"};

std::unexpected<base::Error> broken(std::string what) {
    return fail(Errc::corrupt, "the server broke the Socket.IO protocol: " + std::move(what));
}

std::string connect_packet(const std::string& token) {
    if (token.empty()) return "40";
    return "40" + json::serialize(json::object{{"token", token}});
}

base::Uuid id_in(const json::object& payload) {
    for (const std::string_view key : kIdKeys) {
        const json::value* const value = payload.if_contains(key);
        const json::string* const text = value == nullptr ? nullptr : value->if_string();
        const auto id = text == nullptr ? std::nullopt : base::Uuid::parse(*text);
        if (id) return *id;
    }
    return {};
}

}  // namespace

Result<void> SocketIoSession::receive(std::string_view packet) {
    const char type = packet.empty() ? '\0' : packet.front();
    if (phase_ == Phase::opening) return on_open(packet);
    switch (type) {
        case '1':
            return fail(Errc::closed, "the server closed the Engine.IO session");
        case '2':
            packets_.emplace_back("3");
            return {};
        case '4':
            return on_socket_packet(packet.substr(1));
        case '6':
        case 'b':
            return {};
        default:
            return broken("Engine.IO packet '" + std::string(packet.substr(0, 40)) + "'");
    }
}

Result<void> SocketIoSession::on_open(std::string_view packet) {
    if (!packet.starts_with('0'))
        return broken("the first packet is not the Engine.IO open packet");
    boost::system::error_code error;
    const json::value parsed = json::parse(packet.substr(1), error);
    const json::object* const object = error ? nullptr : parsed.if_object();
    const json::value* const sid = object == nullptr ? nullptr : object->if_contains("sid");
    if (sid != nullptr && sid->is_string()) sid_ = sid->get_string().c_str();
    packets_.push_back(connect_packet(server_.token));
    phase_ = Phase::connecting;
    return {};
}

Result<void> SocketIoSession::on_socket_packet(std::string_view packet) {
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
            FC_TRY(const SocketEvent event, read_event(packet.substr(start)));
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

// Reads the JSON of an EVENT packet: `["name",{payload}]`.
Result<SocketEvent> SocketIoSession::read_event(std::string_view text) const {
    std::array<unsigned char, 4'096> memory;  // NOLINT: of one event, so that none is allocated.
    json::monotonic_resource resource(memory.data(), memory.size());
    boost::system::error_code error;
    const json::value parsed = json::parse(text, error, &resource);
    const json::array* const event = error ? nullptr : parsed.if_array();
    const json::string* const name =
        event == nullptr || event->empty() ? nullptr : event->front().if_string();
    if (name == nullptr) return broken("an event that is no JSON array with a name");
    SocketEvent result;
    if (*name == "joined") result.kind = Kind::joined;
    if (*name == server_.names.ready) result.kind = Kind::prediction_ready;
    if (*name == server_.names.failed) result.kind = Kind::prediction_failed;
    const json::object* const payload = event->size() < 2 ? nullptr : (*event)[1].if_object();
    if (result.kind == Kind::other || payload == nullptr) return result;
    result.id = id_in(*payload);
    const json::value* const final = payload->if_contains("final");
    const bool* const is_final = final == nullptr ? nullptr : final->if_bool();
    result.is_final = is_final == nullptr || *is_final;
    return result;
}

void SocketIoSession::join(const base::Uuid& id) {
    FC_CHECK(is_connected());
    packets_.push_back(
        "42[\"" + server_.names.join + "\",{\"" + server_.names.join_key + "\":\"" +
        id.to_string() + "\"}]"
    );
}

std::vector<SocketEvent> SocketIoSession::take_events() {
    return std::exchange(events_, {});
}

std::vector<std::string> SocketIoSession::take_packets() {
    return std::exchange(packets_, {});
}

}  // namespace flightcast::loadtest::session
