// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace flightcast::gateway::socketio {

class Socket;

// Which socket is in which room. Room and socket each know where the other keeps them, so leaving
// takes the same time however many are in a room.
//
// Thread-safety: the I/O thread only.
class Rooms {
  public:
    struct Room;

    struct Membership {
        Room* room;
        std::size_t index;  // in the room's members
    };

    struct Member {
        Socket* socket;
        std::size_t index;  // in the socket's memberships
    };

    struct Room {
        std::string name;
        std::vector<Member> members;
    };

    // Joining twice is joining once.
    void join(Socket& socket, std::string_view room);
    void leave(Socket& socket, std::string_view room);
    void leave_all(Socket& socket);

    // nullptr: it is empty.
    [[nodiscard]] const Room* find(std::string_view room) const;
    [[nodiscard]] std::size_t size() const { return rooms_.size(); }

  private:
    void remove(Socket& socket, std::size_t membership);

    std::unordered_map<std::string_view, std::unique_ptr<Room>> rooms_;  // keys are in the rooms
};

}  // namespace flightcast::gateway::socketio
