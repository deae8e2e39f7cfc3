// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/strong_id.h"

namespace flightcast::gateway::socketio {

class Namespace;

// Names a socket within this program; never used again.
using SocketId = base::StrongId<struct SocketIdTag, std::uint64_t>;

using Attachments = std::span<const std::string>;

// Answers the client's wish for an acknowledgement, now or later, once. Does nothing when none was
// asked for or the client has left. May be kept as long as the namespace lives.
class Ack {
  public:
    Ack() = default;
    // `id`: digits.
    Ack(Namespace& name_space, SocketId socket, std::string id)
        : namespace_(&name_space), socket_(socket), id_(std::move(id)) {}

    // Whether the client asked.
    explicit operator bool() const { return namespace_ != nullptr; }

    // `args_json`: JSON texts joined by commas, or nothing. Placeholders in it stand for
    // attachments.
    void operator()(std::string_view args_json = "", Attachments attachments = {}) const;

  private:
    Namespace* namespace_ = nullptr;
    SocketId socket_;
    std::string id_;
};

// An event that a client has emitted. Views are valid during the call.
struct Event {
    std::string_view name;
    std::string_view name_json;              // the same as JSON text: a string or a number
    std::span<const std::string_view> args;  // JSON texts, checked
    std::string_view args_json;              // all of them, joined by commas
    Attachments attachments;                 // the values of {"_placeholder":true,"num":i} in args
    Ack ack;
};

// The result of an emit that asked for an acknowledgement.
struct AckResult {
    enum class Status { answered, timeout, disconnected } status{};
    std::span<const std::string_view> args{};
    Attachments attachments{};

    // All arguments, joined by commas.
    [[nodiscard]] std::string_view args_json() const { return joined(args); }

    // The text from the first to the last of `texts`, which lie in one text in this order.
    static std::string_view joined(std::span<const std::string_view> texts) {
        if (texts.empty()) return {};
        const char* begin = texts.front().data();
        const char* end = texts.back().data() + texts.back().size();
        return {begin, static_cast<std::size_t>(end - begin)};
    }
};

using AckHandler = std::function<void(const AckResult&)>;

// The result of a broadcast that asked for acknowledgements.
struct BroadcastAcks {
    std::vector<std::string> answers;  // the arguments of each, JSON texts joined by commas
    std::size_t missing = 0;           // sockets that left or did not answer in time
};

using BroadcastAckHandler = std::function<void(const BroadcastAcks&)>;

// A middleware's view of a client that wants to connect.
struct Handshake {
    std::string_view auth_json;  // an object
    std::string_view remote;     // the client's address
};

// Why a client may not connect; it gets {"message":...,"data":...}.
struct ConnectError {
    std::string message;
    std::string data_json{};  // empty: none
};

}  // namespace flightcast::gateway::socketio
