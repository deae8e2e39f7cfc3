// SPDX-License-Identifier: Apache-2.0
#include "gateway/socketio/rooms.h"

#include <algorithm>

#include "gateway/socketio/socket.h"

namespace flightcast::gateway::socketio {

const Rooms::Room* Rooms::find(std::string_view room) const {
    const auto found = rooms_.find(room);
    return found == rooms_.end() ? nullptr : found->second.get();
}

void Rooms::join(Socket& socket, std::string_view name) {
    if (socket.in(name)) return;
    auto found = rooms_.find(name);
    if (found == rooms_.end()) {
        auto room = std::make_unique<Room>();
        room->name = name;
        const std::string_view key = room->name;
        found = rooms_.emplace(key, std::move(room)).first;
    }
    Room& room = *found->second;
    room.members.push_back({&socket, socket.memberships_.size()});
    socket.memberships_.push_back({&room, room.members.size() - 1});
}

void Rooms::leave(Socket& socket, std::string_view name) {
    for (std::size_t i = 0; i < socket.memberships_.size(); ++i) {
        if (socket.memberships_[i].room->name == name) return remove(socket, i);
    }
}

void Rooms::leave_all(Socket& socket) {
    while (!socket.memberships_.empty()) remove(socket, socket.memberships_.size() - 1);
}

// In both lists the last takes the place of the one that goes.
void Rooms::remove(Socket& socket, std::size_t membership) {
    const auto [room, index] = socket.memberships_[membership];
    const Member last_member = room->members.back();
    room->members[index] = last_member;
    last_member.socket->memberships_[last_member.index].index = index;
    room->members.pop_back();

    const Membership last = socket.memberships_.back();
    if (membership + 1 < socket.memberships_.size()) {
        socket.memberships_[membership] = last;
        last.room->members[last.index].index = membership;
    }
    socket.memberships_.pop_back();
    if (room->members.empty()) rooms_.erase(rooms_.find(room->name));
}

}  // namespace flightcast::gateway::socketio
