// SPDX-License-Identifier: Apache-2.0
#include "loadtest/net/tcp_line.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/limits.h"

namespace flightcast::loadtest::net {
namespace {

constexpr int kEndOfStream = 0;  // In place of an error's number.

void switch_on(int fd, int level, int option) {
    const int on = 1;
    ::setsockopt(fd, level, option, &on, sizeof on);  // Without it things work, too.
}

const sockaddr* address_of(const Endpoint& end) {
    return reinterpret_cast<const sockaddr*>(&end.address);
}

}  // namespace

void TcpLine::open(const Route& route) {
    close();
    state_ = State::connecting;
    if (const int error = start_connect(route); error != 0) drop_later(error);
}

int TcpLine::start_connect(const Route& route) {
    const int family = route.to.address.ss_family;
    fd_ = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return errno;
    switch_on(fd_, IPPROTO_TCP, TCP_NODELAY);
    if (route.from) {
        // The port is chosen when the destination is known: each local address has all of them.
        switch_on(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
        if (::bind(fd_, address_of(*route.from), route.from->size) != 0) return errno;
    }
    if (::connect(fd_, address_of(route.to), route.to.size) != 0 && errno != EINPROGRESS) {
        return errno;
    }
    return loop_.watch(fd_, *this) ? 0 : errno;
}

void TcpLine::close() {
    ++generation_;
    state_ = State::closed;
    kept_.clear();
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

void TcpLine::send(std::string_view bytes) {
    if (kept_.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        // A broken connection shows when it is read: the owner is not called from here.
        if (sent < 0 && errno != EAGAIN) return;
        if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
        if (bytes.empty()) return;
    }
    kept_.append(bytes);
    if (kept_.size() > base::limits::kSendQueueBytesMax) drop_later(ENOBUFS);
}

void TcpLine::on_ready(std::uint32_t events) {
    if (state_ == State::closed) return;
    const std::uint32_t generation = generation_;
    if (state_ == State::connecting && (!finish_connect() || generation != generation_)) return;
    if (!kept_.empty() && (events & EPOLLOUT) != 0) write_kept();
    constexpr std::uint32_t kEnds = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
    if (generation == generation_ && (events & (EPOLLIN | kEnds)) != 0) {
        read_bytes((events & kEnds) != 0);
    }
}

// False when the line is no longer in use.
bool TcpLine::finish_connect() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        drop(error);
        return false;
    }
    state_ = State::open;
    owner_.on_open();
    return true;
}

// Less than was asked for means that nothing is left, unless the peer has closed, too: the kernel
// tells of each only once.
void TcpLine::read_bytes(bool has_ended) {
    std::array<char, 16'384> bytes;  // NOLINT: filled by the kernel before it is read.
    const std::uint32_t generation = generation_;
    std::size_t size = bytes.size();
    while (size == bytes.size() || has_ended) {
        const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) return drop(got == 0 ? kEndOfStream : errno);
        size = static_cast<std::size_t>(got);
        owner_.on_bytes({bytes.data(), size});
        if (generation != generation_) return;
    }
}

void TcpLine::write_kept() {
    const ssize_t sent = ::send(fd_, kept_.data(), kept_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return drop(errno);
    if (sent > 0) kept_.erase(0, static_cast<std::size_t>(sent));
}

void TcpLine::drop(int error) {
    close();
    if (error == kEndOfStream) {
        return owner_.on_closed({base::Errc::closed, "the server closed the connection"});
    }
    owner_.on_closed({base::Errc::io, std::string("connection: ") + std::strerror(error)});
}

void TcpLine::drop_later(int error) {
    loop_.post([this, error, generation = generation_] {
        if (generation == generation_) drop(error);
    });
}

}  // namespace flightcast::loadtest::net
