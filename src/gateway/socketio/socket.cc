// SPDX-License-Identifier: Apache-2.0
#include "gateway/socketio/socket.h"

#include <algorithm>

#include "gateway/socketio/namespace.h"

namespace flightcast::gateway::socketio {

bool Socket::join(std::string_view room) {
    if (!connected_) return true;  // A client that has left must not keep a room.
    const bool full = memberships_.size() >= namespace_.options_.rooms_per_socket_max;
    if (full && !in(room)) return false;
    namespace_.rooms_.join(*this, room);
    return true;
}

void Socket::leave(std::string_view room) {
    namespace_.rooms_.leave(*this, room);
}

bool Socket::in(std::string_view room) const {
    return std::ranges::any_of(memberships_, [room](const Rooms::Membership& membership) {
        return membership.room->name == room;
    });
}

void Socket::emit(std::string_view event, std::string_view args_json, Attachments attachments) {
    if (!connected_) return;
    const PacketHead head{.type = PacketType::event, .name_space = namespace_.name_};
    ++namespace_.counters_.emits;
    namespace_.send(*this, encode(head, event_json(event, args_json), attachments));
}

void Socket::emit_volatile(std::string_view event, std::string_view args_json) {
    if (!connected_) return;
    const PacketHead head{.type = PacketType::event, .name_space = namespace_.name_};
    ++namespace_.counters_.emits;
    namespace_.deliver(*this, encode(head, event_json(event, args_json)), true);
}

bool Socket::await_ack(std::uint64_t id, base::SteadyTime deadline, AckHandler handler) {
    if (acks_ == nullptr) acks_ = std::make_unique<std::map<std::uint64_t, PendingAck>>();
    if (acks_->size() >= namespace_.options_.acks_per_socket_max) return false;
    acks_->emplace(id, PendingAck{deadline, std::move(handler)});
    namespace_.ack_deadlines_.insert({deadline, id_, id});
    return true;
}

bool Socket::emit_with_ack(
    std::string_view event,
    std::string_view args_json,
    base::SteadyTime deadline,
    AckHandler handler,
    Attachments attachments
) {
    if (!connected_) {
        handler({.status = AckResult::Status::disconnected});
        return true;
    }
    const std::uint64_t id = namespace_.next_ack_;
    if (!await_ack(id, deadline, std::move(handler))) return false;
    ++namespace_.next_ack_;
    const std::string text = std::to_string(id);
    const PacketHead head{.type = PacketType::event, .name_space = namespace_.name_, .id = text};
    ++namespace_.counters_.emits;
    namespace_.send(*this, encode(head, event_json(event, args_json), attachments));
    return true;
}

void Socket::disconnect() {
    if (!connected_) return;
    const PacketHead head{.type = PacketType::disconnect, .name_space = namespace_.name_};
    namespace_.send(*this, encode(head, ""));
    namespace_.remove(*this, "server namespace disconnect");
}

void Socket::close() {
    namespace_.engine_.close_soon(session_);
}

}  // namespace flightcast::gateway::socketio
