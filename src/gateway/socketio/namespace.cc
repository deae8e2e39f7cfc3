// SPDX-License-Identifier: Apache-2.0
#include "gateway/socketio/namespace.h"

#include <charconv>
#include <string>
#include <utility>

#include "base/check.h"

namespace flightcast::gateway::socketio {

void Ack::operator()(std::string_view args_json, Attachments attachments) const {
    if (namespace_ != nullptr) namespace_->acknowledge(socket_, id_, args_json, attachments);
}

Broadcast& Broadcast::to(std::string_view room) {
    rooms_.push_back(room);
    return *this;
}

Broadcast& Broadcast::except(std::string_view room) {
    except_.push_back(room);
    return *this;
}

Broadcast& Broadcast::as_volatile() {
    volatile_ = true;
    return *this;
}

void Broadcast::emit(
    std::string_view event, std::string_view args_json, Attachments attachments
) const {
    const PacketHead head{.type = PacketType::event, .name_space = namespace_.name_};
    const Message message = encode(head, event_json(event, args_json), attachments);
    ++namespace_.counters_.emits;
    for (const Socket* socket : namespace_.receivers(*this)) {
        namespace_.deliver(*socket, message, volatile_);
    }
}

void Broadcast::emit_with_ack(
    std::string_view event,
    std::string_view args_json,
    base::SteadyTime deadline,
    BroadcastAckHandler handler
) const {
    struct Collector {
        BroadcastAcks acks;
        std::size_t open = 1;  // this function itself
        BroadcastAckHandler handler;

        void close() {
            if (--open == 0) handler(acks);
        }
    };
    const auto collector = std::make_shared<Collector>();
    collector->handler = std::move(handler);
    const std::uint64_t id = namespace_.next_ack_++;
    const std::string text = std::to_string(id);
    const PacketHead head{.type = PacketType::event, .name_space = namespace_.name_, .id = text};
    const Message message = encode(head, event_json(event, args_json));
    ++namespace_.counters_.emits;
    for (Socket* socket : namespace_.receivers(*this)) {
        const bool waits = socket->await_ack(id, deadline, [collector](const AckResult& result) {
            if (result.status == AckResult::Status::answered) {
                collector->acks.answers.emplace_back(result.args_json());
            } else {
                ++collector->acks.missing;
            }
            collector->close();
        });
        if (!waits) {
            ++collector->acks.missing;
            continue;
        }
        ++collector->open;
        namespace_.send(*socket, message);
    }
    collector->close();
}

Namespace::Namespace(
    std::string name, engineio::Server& engine, const Options& options, Counters& counters
)
    : name_(std::move(name)), engine_(engine), options_(options), counters_(counters) {}

void Namespace::on_event(std::string event, EventHandler handler) {
    on_event_.insert_or_assign(std::move(event), std::move(handler));
}

Socket* Namespace::find(SocketId id) const {
    const auto found = sockets_.find(id);
    return found == sockets_.end() ? nullptr : found->second.get();
}

bool Namespace::emit_to(SocketId id, std::string_view event, std::string_view args_json) {
    Socket* socket = find(id);
    if (socket != nullptr) socket->emit(event, args_json);
    return socket != nullptr;
}

bool Namespace::join(SocketId id, std::string_view room) {
    Socket* socket = find(id);
    return socket != nullptr && socket->join(room);
}

void Namespace::leave(SocketId id, std::string_view room) {
    if (Socket* socket = find(id)) socket->leave(room);
}

void Namespace::disconnect(SocketId id) {
    if (Socket* socket = find(id)) socket->disconnect();
}

std::size_t Namespace::room_size(std::string_view room) const {
    const Rooms::Room* found = rooms_.find(room);
    return found == nullptr ? 0 : found->members.size();
}

std::optional<ConnectError> Namespace::check(const Handshake& handshake) const {
    for (const Middleware& middleware : middlewares_) {
        if (auto error = middleware(handshake)) return error;
    }
    return std::nullopt;
}

Socket& Namespace::add(
    SocketId id, std::string sid, engineio::SessionId session, Socket::Siblings& siblings
) {
    auto owned = std::make_unique<Socket>(*this, id, std::move(sid), session, siblings);
    Socket& socket = *owned;
    sockets_.emplace(id, std::move(owned));
    by_sid_.emplace(socket.sid(), &socket);
    siblings.push_back(&socket);
    return socket;
}

void Namespace::remove(Socket& socket, std::string_view reason) {
    if (!std::exchange(socket.connected_, false)) return;
    if (on_disconnect_) on_disconnect_(socket, reason);
    rooms_.leave_all(socket);
    std::erase(socket.siblings_, &socket);
    by_sid_.erase(socket.sid());
    const auto owner = sockets_.find(socket.id());
    graveyard_.push_back(std::move(owner->second));
    sockets_.erase(owner);
    if (socket.acks_ == nullptr) return;
    const auto acks = std::move(socket.acks_);
    for (const auto& [id, ack] : *acks) {
        ack_deadlines_.erase({ack.deadline, socket.id(), id});
        ack.handler({.status = AckResult::Status::disconnected});
    }
}

void Namespace::dispatch(Socket& socket, const Packet& packet, Attachments attachments) {
    ++counters_.events_in;
    const auto found = on_event_.find(packet.event);
    const EventHandler& handler = found != on_event_.end() ? found->second : on_any_event_;
    if (!handler) return;
    const Event event{
        .name = packet.event,
        .name_json = packet.event_json,
        .args = packet.args,
        .args_json = AckResult::joined(packet.args),
        .attachments = attachments,
        .ack = packet.id ? Ack(*this, socket.id(), *packet.id) : Ack()
    };
    handler(socket, event);
}

// Answers to unknown questions, late ones, and those that say nothing are ignored.
void Namespace::take_ack(Socket& socket, const Packet& packet, Attachments attachments) {
    if (socket.acks_ == nullptr || !packet.id || packet.json.empty()) return;
    std::uint64_t id = 0;
    const char* const end = packet.id->data() + packet.id->size();
    if (std::from_chars(packet.id->data(), end, id).ec != std::errc()) return;
    const auto found = socket.acks_->find(id);
    if (found == socket.acks_->end()) return;
    const Socket::PendingAck ack = std::move(found->second);
    socket.acks_->erase(found);
    ack_deadlines_.erase({ack.deadline, socket.id(), id});
    ack.handler({AckResult::Status::answered, packet.args, attachments});
}

std::optional<base::SteadyTime> Namespace::next_deadline() const {
    if (ack_deadlines_.empty()) return std::nullopt;
    return std::get<0>(*ack_deadlines_.begin());
}

void Namespace::expire(base::SteadyTime now) {
    while (!ack_deadlines_.empty() && std::get<0>(*ack_deadlines_.begin()) <= now) {
        const auto [deadline, socket_id, ack_id] = *ack_deadlines_.begin();
        ack_deadlines_.erase(ack_deadlines_.begin());
        Socket* socket = find(socket_id);
        FC_CHECK(socket != nullptr && socket->acks_ != nullptr);
        const auto found = socket->acks_->find(ack_id);
        const AckHandler handler = std::move(found->second.handler);
        socket->acks_->erase(found);
        handler({.status = AckResult::Status::timeout});
    }
}

void Namespace::acknowledge(
    SocketId id, std::string_view ack, std::string_view args_json, Attachments parts
) {
    const Socket* socket = find(id);
    if (socket == nullptr) return;
    const PacketHead head{.type = PacketType::ack, .name_space = name_, .id = ack};
    send(*socket, encode(head, event_json("", args_json), parts));
}

void Namespace::send(const Socket& socket, const Message& message) {
    ++counters_.deliveries;
    engine_.send(socket.session_, message.text);
    for (const websocket::Frame& part : message.attachments) engine_.send(socket.session_, part);
}

void Namespace::deliver(const Socket& socket, const Message& message, bool is_volatile) {
    if (is_volatile && !engine_.writable(socket.session_)) {
        ++counters_.volatile_dropped;
        return;
    }
    send(socket, message);
}

// Each once, valid until the next call. Sockets that are left out are marked as if they were in the
// list already.
std::span<Socket* const> Namespace::receivers(const Broadcast& to) {
    ++last_mark_;
    receivers_.clear();
    for (const std::string_view room : to.except_) add_receivers(room);
    receivers_.clear();
    if (to.rooms_.empty()) {
        for (const auto& [id, socket] : sockets_) add_receiver(*socket);
    }
    for (const std::string_view room : to.rooms_) add_receivers(room);
    return receivers_;
}

void Namespace::add_receivers(std::string_view room) {
    if (const Rooms::Room* found = rooms_.find(room)) {
        for (const Rooms::Member& member : found->members) add_receiver(*member.socket);
    }
    const auto own = by_sid_.find(room);
    if (own != by_sid_.end()) add_receiver(*own->second);
}

void Namespace::add_receiver(Socket& socket) {
    if (std::exchange(socket.mark_, last_mark_) != last_mark_) receivers_.push_back(&socket);
}

}  // namespace flightcast::gateway::socketio
