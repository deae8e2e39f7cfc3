// SPDX-License-Identifier: Apache-2.0
//
// Packets in, handlers called. The functions that take a packet return false when it breaks the
// protocol; then the connection is closed.
#include "gateway/socketio/server.h"

#include <algorithm>

#include "base/check.h"
#include "gateway/socketio/json_scan.h"

namespace flightcast::gateway::socketio {

using engineio::SessionId;
using websocket::MessageKind;

Server::Server(Options options, base::Random& random)
    : options_(std::move(options)), engine_(options_.engine, *this, random), secret_ids_(random) {}

Server::~Server() = default;

Namespace& Server::of(std::string_view name) {
    FC_CHECK(name.starts_with('/'));
    const auto found = namespaces_.find(name);
    if (found != namespaces_.end()) return *found->second;
    auto made = std::make_unique<Namespace>(std::string(name), engine_, options_, counters_);
    return *namespaces_.emplace(name, std::move(made)).first->second;
}

Counters Server::counters() const {
    Counters snapshot = counters_;
    for (const auto& [name, space] : namespaces_) {
        snapshot.sockets += space->size();
        snapshot.rooms += space->rooms();
    }
    return snapshot;
}

void Server::on_open(SessionId id, const http::Request& handshake, base::SteadyTime now) {
    auto client = std::make_unique<Client>();
    client->session = id;
    client->remote = handshake.remote;
    deadlines_.set(*client, now + options_.connect_timeout);
    clients_.emplace(id, std::move(client));
}

void Server::on_message(
    SessionId id, MessageKind kind, std::string_view data, base::SteadyTime now
) {
    Client& client = *clients_.at(id);
    const bool good =
        kind == MessageKind::text ? on_text(client, data, now) : on_attachment(client, data, now);
    if (!good) reject(client, now);
}

void Server::on_close(SessionId id, std::string_view reason, base::SteadyTime /*now*/) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    graveyard_.push_back(std::move(found->second));
    clients_.erase(found);
    Client& client = *graveyard_.back();
    deadlines_.clear(client);
    client.pending.reset();
    const std::vector<Socket*> sockets = std::exchange(client.sockets, {});
    for (Socket* socket : sockets) socket->namespace_.remove(*socket, reason);
}

void Server::on_flush() {
    for (const auto& [name, space] : namespaces_) space->sweep();
    graveyard_.clear();
}

std::optional<base::SteadyTime> Server::next_deadline() const {
    std::optional<base::SteadyTime> next = deadlines_.next();
    for (const auto& [name, space] : namespaces_)
        next = base::earlier(next, space->next_deadline());
    return next;
}

void Server::expire(base::SteadyTime now) {
    while (const Client* client = deadlines_.take_due(now)) {
        engine_.close(client->session, "forced close", now);
    }
    for (const auto& [name, space] : namespaces_) space->expire(now);
}

void Server::reject(const Client& client, base::SteadyTime now) {
    ++counters_.malformed;
    engine_.close(client.session, "parse error", now);
}

Socket* Server::socket_in(Client& client, std::string_view name_space) {
    const auto found = std::ranges::find_if(client.sockets, [name_space](const Socket* socket) {
        return socket->namespace_.name() == name_space;
    });
    return found == client.sockets.end() ? nullptr : *found;
}

bool Server::on_text(Client& client, std::string_view text, base::SteadyTime now) {
    if (client.pending != nullptr) return false;  // An attachment was due.
    const auto packet = decode_packet(text);
    if (!packet) return false;
    if (packet->attachments > 0) return begin_pending(client, *packet, text, now);
    return on_packet(client, *packet, {});
}

bool Server::begin_pending(
    Client& client, const Packet& packet, std::string_view text, base::SteadyTime now
) {
    if (socket_in(client, packet.name_space) == nullptr) return false;
    client.pending = std::make_unique<Pending>();
    client.pending->text = text;
    client.pending->missing = packet.attachments;
    deadlines_.set(client, now + options_.packet_timeout);
    return true;
}

bool Server::on_attachment(Client& client, std::string_view data, base::SteadyTime /*now*/) {
    if (client.pending == nullptr) return false;
    Pending& pending = *client.pending;
    pending.bytes += data.size();
    if (pending.bytes > options_.attachment_bytes_max) return false;
    pending.attachments.emplace_back(data);
    if (--pending.missing > 0) return true;
    const std::unique_ptr<Pending> whole = std::move(client.pending);
    deadlines_.clear(client);
    const auto packet = decode_packet(whole->text);
    FC_CHECK(packet.has_value());
    return on_packet(client, *packet, whole->attachments);
}

bool Server::on_packet(Client& client, const Packet& packet, Attachments attachments) {
    if (packet.type == PacketType::connect) return on_connect(client, packet);
    Socket* socket = socket_in(client, packet.name_space);
    if (socket == nullptr) return false;
    Namespace& space = socket->namespace_;
    switch (packet.type) {
        case PacketType::event:
            if (packet.json.empty()) return true;  // It says nothing; others overlook it.
            [[fallthrough]];
        case PacketType::binary_event:
            space.dispatch(*socket, packet, attachments);
            return true;
        case PacketType::ack:
        case PacketType::binary_ack:
            space.take_ack(*socket, packet, attachments);
            return true;
        case PacketType::disconnect:
            space.remove(*socket, "client namespace disconnect");
            return true;
        case PacketType::connect:
        case PacketType::connect_error:
            return false;
    }
    return false;
}

bool Server::on_connect(Client& client, const Packet& packet) {
    if (socket_in(client, packet.name_space) != nullptr) {
        // The first connection goes on.
        refuse(client, packet.name_space, R"({"message":"Already connected"})");
        return true;
    }
    const auto found = namespaces_.find(packet.name_space);
    if (found == namespaces_.end()) {
        refuse(client, packet.name_space, R"({"message":"Invalid namespace"})");
        return true;
    }
    Namespace& space = *found->second;
    const std::string_view auth = packet.json.empty() ? "{}" : packet.json;
    if (const auto error = space.check({.auth_json = auth, .remote = client.remote})) {
        std::string json = R"({"message":)" + quote(error->message);
        if (!error->data_json.empty()) json.append(R"(,"data":)").append(error->data_json);
        refuse(client, packet.name_space, json + "}");
        return true;
    }
    ++counters_.connects;
    Socket& socket =
        space.add(SocketId(++last_socket_), secret_ids_.next(), client.session, client.sockets);
    deadlines_.clear(client);
    const PacketHead head{.type = PacketType::connect, .name_space = space.name()};
    space.send(socket, encode(head, R"({"sid":")" + socket.sid() + R"("})"));
    if (space.on_connect_) space.on_connect_(socket, auth);
    return true;
}

void Server::refuse(const Client& client, std::string_view name_space, std::string_view json) {
    ++counters_.connects_refused;
    const PacketHead head{.type = PacketType::connect_error, .name_space = name_space};
    engine_.send(client.session, encode(head, json).text);
}

}  // namespace flightcast::gateway::socketio
