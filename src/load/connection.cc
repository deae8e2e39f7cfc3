// SPDX-License-Identifier: Apache-2.0
#include "load/connection.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace flightcast::load {

using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::size_t kReadBytes = 65'536;

Result<int> connect_to(const addrinfo& address, const Target& target) {
    const int fd = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && ::connect(fd, address.ai_addr, address.ai_addrlen) == 0) return fd;
    const std::string reason = std::strerror(errno);
    if (fd >= 0) ::close(fd);
    return fail(
        Errc::unavailable, "cannot connect to " + target.authority() + ": " + reason +
                               "; is the server running there?"
    );
}

}  // namespace

Result<Connection> Connection::open(const Target& target) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int code =
        ::getaddrinfo(target.host.c_str(), std::to_string(target.port).c_str(), &hints, &found);
    if (code != 0) {
        return fail(Errc::unavailable, "cannot find " + target.host + ": " + ::gai_strerror(code));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
    FC_TRY(const int fd, connect_to(*found, target));
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    return Connection(fd);
}

Connection::~Connection() {
    if (fd_ >= 0) ::close(fd_);
}

Connection::Connection(Connection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), unsent_(std::move(other.unsent_)) {}

Connection& Connection::operator=(Connection&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(unsent_, other.unsent_);
    return *this;
}

bool Connection::send(std::string_view bytes) {
    const bool had_unsent = !unsent_.empty();
    if (had_unsent) unsent_ += bytes;
    std::string_view rest = had_unsent ? std::string_view(unsent_) : bytes;
    while (!rest.empty()) {
        const ssize_t sent = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno != EAGAIN) return false;
        if (sent < 0) break;
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    unsent_ = std::string(rest);
    return true;
}

bool Connection::receive(std::string& out) const {
    static thread_local std::array<char, kReadBytes> buffer;
    while (true) {
        const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
        if (got > 0) {
            out.append(buffer.data(), static_cast<std::size_t>(got));
            if (static_cast<std::size_t>(got) < buffer.size()) return true;
            continue;
        }
        if (got < 0 && errno == EINTR) continue;
        return got < 0 && errno == EAGAIN;
    }
}

}  // namespace flightcast::load
