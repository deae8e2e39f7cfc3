// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/listen.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace flightcast::gateway::net {
namespace {

using base::Errc;
using base::fail;

base::Error describe(int error, const ServerOptions& options) {
    const std::string port = std::to_string(options.port);
    const std::string place = options.host + ":" + port;
    if (error == EADDRINUSE) {
        return {
            Errc::already_exists,
            "port " + port + " on " + options.host +
                " is in use by another program; stop it or choose another with --port"
        };
    }
    if (error == EADDRNOTAVAIL) {
        return {
            Errc::invalid_argument,
            options.host + " is not an address of this machine; choose another with --host"
        };
    }
    if (error == EACCES) {
        return {
            Errc::io,
            "no permission to listen on " + place + "; choose a port above 1023 with --port"
        };
    }
    return {Errc::io, "cannot listen on " + place + ": " + std::strerror(error)};
}

int open_at(const addrinfo& address, int backlog) {
    const int fd = ::socket(
        address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol
    );
    if (fd < 0) return -1;
    const int on = 1;
    // A restart must not wait for the kernel to forget old connections.
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(fd, address.ai_addr, address.ai_addrlen) == 0 && ::listen(fd, backlog) == 0)
        return fd;
    const int error = errno;
    ::close(fd);
    errno = error;
    return -1;
}

}  // namespace

base::Result<int> open_listener(const ServerOptions& options) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int code =
        ::getaddrinfo(options.host.c_str(), std::to_string(options.port).c_str(), &hints, &found);
    if (code != 0) {
        return fail(
            Errc::invalid_argument,
            "the host " + options.host + " is unknown (" + ::gai_strerror(code) + "); see --host"
        );
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    const int fd = open_at(*found, options.backlog);
    if (fd < 0) return std::unexpected(describe(errno, options));
    return fd;
}

std::uint16_t bound_port(int fd) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(reinterpret_cast<sockaddr_in6&>(address).sin6_port);
    return ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);
}

std::string address_text(const sockaddr_storage& address) {
    std::array<char, NI_MAXHOST> text{};
    const socklen_t length =
        address.ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::getnameinfo(generic, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
        return "";
    }
    return text.data();
}

}  // namespace flightcast::gateway::net
