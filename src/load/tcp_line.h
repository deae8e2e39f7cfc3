// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace flightcast::load {

// One TCP connection on an event loop: bytes out, bytes in, and its end. It can be opened again.
// What is sent goes to the kernel at once; only what the kernel does not take is kept, up to
// limits::kSendQueueBytesMax, and what is received is read into memory that all lines share: an
// idle line costs little.
//
// Thread-safety: the loop's thread only.
class TcpLine {
  public:
    // Who uses the line. The callbacks come from the loop, never from within a call to the line,
    // and may open and close it.
    class Owner {
      public:
        virtual ~Owner() = default;
        virtual void on_open() = 0;
        virtual void on_bytes(std::string_view bytes) = 0;  // Borrowed for the call.

        // The line could not be opened, or the other side has closed it, or it broke.
        virtual void on_closed(const base::Error& reason) = 0;
    };

    // REQUIRES: `owner` lives as long as the loop runs.
    TcpLine(boost::asio::io_context& loop, Owner& owner) : socket_(loop), owner_(owner) {}

    // Closes the line if it is open, and connects.
    void open(const boost::asio::ip::tcp::endpoint& endpoint);

    // REQUIRES: the line is open.
    void send(std::string_view bytes);

    // No callback follows.
    void close();

  private:
    // A handler that was made for a connection that is gone by now must do nothing.
    using Generation = std::uint64_t;
    template <typename Then>
    auto for_this_connection(Then then);

    void on_connected();
    void await_bytes();
    void read_bytes();
    void await_room();
    void write_kept();
    void drop(const boost::system::error_code& error);

    boost::asio::ip::tcp::socket socket_;
    Owner& owner_;
    Generation generation_ = 0;
    std::string kept_;  // Not yet taken by the kernel.
};

}  // namespace flightcast::load
