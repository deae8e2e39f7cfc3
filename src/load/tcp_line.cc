// SPDX-License-Identifier: Apache-2.0
#include "load/tcp_line.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "base/limits.h"

namespace flightcast::load {

namespace asio = boost::asio;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

// Wraps `then`, a member function, for Asio: an error drops the line, otherwise `then` is called.
template <typename Then>
auto TcpLine::for_this_connection(Then then) {
    return [this, then, generation = generation_](const error_code& error) {
        if (generation != generation_) return;
        if (error) return drop(error);
        (this->*then)();
    };
}

void TcpLine::open(const Tcp::endpoint& endpoint) {
    close();
    socket_.async_connect(endpoint, for_this_connection(&TcpLine::on_connected));
}

void TcpLine::close() {
    ++generation_;
    kept_.clear();
    error_code error;
    error = socket_.close(error);  // Whatever it says, the descriptor is gone.
}

void TcpLine::send(std::string_view bytes) {
    if (kept_.empty()) {
        error_code error;
        const std::size_t sent = socket_.write_some(asio::buffer(bytes), error);
        // A broken connection shows when it is read: the owner is not called from here.
        if (error && error != asio::error::would_block) return;
        bytes.remove_prefix(sent);
        if (bytes.empty()) return;
        await_room();
    }
    kept_.append(bytes);
    if (kept_.size() > base::limits::kSendQueueBytesMax) {
        asio::post(socket_.get_executor(), [this, generation = generation_] {
            if (generation == generation_) drop(asio::error::no_buffer_space);
        });
    }
}

void TcpLine::on_connected() {
    error_code error;
    error = socket_.set_option(Tcp::no_delay(true), error);
    if (!error) error = socket_.non_blocking(true, error);
    if (error) return drop(error);
    const Generation generation = generation_;
    owner_.on_open();
    if (generation == generation_) await_bytes();
}

void TcpLine::await_bytes() {
    socket_.async_wait(Tcp::socket::wait_read, for_this_connection(&TcpLine::read_bytes));
}

void TcpLine::read_bytes() {
    std::array<char, 16'384> bytes;  // NOLINT: filled by the kernel before it is read.
    std::size_t size = bytes.size();
    while (size == bytes.size()) {
        error_code error;
        size = socket_.read_some(asio::buffer(bytes), error);
        if (error == asio::error::would_block) break;
        if (error) return drop(error);
        const Generation generation = generation_;
        owner_.on_bytes({bytes.data(), size});
        if (generation != generation_) return;
    }
    await_bytes();
}

void TcpLine::await_room() {
    socket_.async_wait(Tcp::socket::wait_write, for_this_connection(&TcpLine::write_kept));
}

void TcpLine::write_kept() {
    error_code error;
    const std::size_t sent = socket_.write_some(asio::buffer(kept_), error);
    if (error && error != asio::error::would_block) return drop(error);
    kept_.erase(0, sent);
    if (!kept_.empty()) await_room();
}

void TcpLine::drop(const error_code& error) {
    close();
    const bool ended = error == asio::error::eof;
    owner_.on_closed({
        ended ? base::Errc::closed : base::Errc::io,
        ended ? "the server closed the connection" : "connection: " + error.message(),
    });
}

}  // namespace flightcast::load
