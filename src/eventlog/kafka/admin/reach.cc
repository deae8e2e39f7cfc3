// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/admin/reach.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>

namespace flightcast::eventlog::kafka {
namespace {

struct FreeFound {
    void operator()(addrinfo* found) const { ::freeaddrinfo(found); }
};

// 0 when a connection is made, else the system's error.
int try_to_connect(const addrinfo& address, int patience_ms) {
    const int file = ::socket(
        address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol
    );
    if (file < 0) return errno;
    int error = ::connect(file, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
        pollfd wait{file, POLLOUT, 0};
        socklen_t size = sizeof(error);
        if (::poll(&wait, 1, patience_ms) != 1) {
            error = ETIMEDOUT;
        } else if (::getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
            error = errno;
        }
    }
    ::close(file);
    return error;
}

}  // namespace

std::optional<std::string> why_unreachable(
    const std::string& host, std::int32_t port, std::chrono::milliseconds patience
) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    const int unknown = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &raw);
    if (unknown != 0) return std::string("the name does not resolve: ") + ::gai_strerror(unknown);
    const std::unique_ptr<addrinfo, FreeFound> found(raw);
    int error = 0;
    for (const addrinfo* one = found.get(); one != nullptr; one = one->ai_next) {
        error = try_to_connect(*one, static_cast<int>(patience.count()));
        if (error == 0) return std::nullopt;
    }
    return std::strerror(error);
}

}  // namespace flightcast::eventlog::kafka
