// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "loadtest/net/endpoint.h"
#include "loadtest/net/event_loop.h"

namespace flightcast::loadtest::net {

// The address that a connection goes to, and its local address, if that matters.
struct Route {
    Endpoint to;
    std::optional<Endpoint> from{};
};

// One TCP connection on an event loop: bytes out, bytes in, and its end. It can be opened again.
// Sent bytes go to the kernel at once; only those that the kernel does not take are kept, up to
// limits::kSendQueueBytesMax, and received ones are read into memory that all lines share: an
// idle line costs little.
//
// Thread-safety: the loop's thread only.
class TcpLine final : private Watcher {
  public:
    // The user of the line. The loop calls it, never from within a call to the line,
    // and it may open and close the line.
    class Owner {
      public:
        virtual ~Owner() = default;
        virtual void on_open() = 0;
        virtual void on_bytes(std::string_view bytes) = 0;  // Borrowed for the call.

        // The line could not be opened, or the other side has closed it, or it broke.
        virtual void on_closed(const base::Error& reason) = 0;
    };

    // REQUIRES: `owner` lives as long as the loop runs.
    TcpLine(EventLoop& loop, Owner& owner) : loop_(loop), owner_(owner) {}
    ~TcpLine() override { close(); }
    TcpLine(const TcpLine&) = delete;
    TcpLine& operator=(const TcpLine&) = delete;

    // Closes the line if it is open, and connects.
    void open(const Route& route);

    // REQUIRES: the line is open.
    void send(std::string_view bytes);

    // No callback follows.
    void close();

  private:
    enum class State : std::uint8_t { closed, connecting, open };

    [[nodiscard]] int start_connect(const Route& route);
    void on_ready(std::uint32_t events) override;
    [[nodiscard]] bool finish_connect();
    void read_bytes(bool has_ended);
    void write_kept();
    void drop(int error);
    void drop_later(int error);

    EventLoop& loop_;
    Owner& owner_;
    int fd_ = -1;
    State state_ = State::closed;
    std::uint32_t generation_ = 0;  // Of the connection; events of an earlier one are void.
    std::string kept_;              // Not yet taken by the kernel.
};

}  // namespace flightcast::loadtest::net
