// SPDX-License-Identifier: Apache-2.0
#include "loadtest/net/endpoint.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>

namespace flightcast::loadtest::net {
namespace {

using base::Errc;
using base::fail;

constexpr std::uint32_t kAddressesMax = 256;

// 0 when `end` takes a connection, otherwise the error's number.
int try_connect(const Endpoint& end, std::chrono::milliseconds limit) {
    const int fd = ::socket(end.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    int error = 0;
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&end.address), end.size) != 0) {
        error = errno;
    }
    if (error == EINPROGRESS) {
        pollfd wait{.fd = fd, .events = POLLOUT, .revents = 0};
        error = ETIMEDOUT;
        socklen_t size = sizeof error;
        if (::poll(&wait, 1, static_cast<int>(limit.count())) > 0) {
            ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        }
    }
    ::close(fd);
    return error;
}

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
    in_addr address{};
    if (::inet_pton(AF_INET, std::string(text).c_str(), &address) != 1) return std::nullopt;
    return ntohl(address.s_addr);
}

Endpoint local_endpoint(std::uint32_t number) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(number);
    Endpoint endpoint{.size = sizeof address};
    std::memcpy(&endpoint.address, &address, sizeof address);
    return endpoint;
}

}  // namespace

bool Endpoint::is_loopback() const {
    if (address.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        return ntohl(v4.sin_addr.s_addr) >> 24U == 127;
    }
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0;
}

base::Result<std::vector<Endpoint>> resolve(const Target& target) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error =
        ::getaddrinfo(target.host.c_str(), std::to_string(target.port).c_str(), &hints, &found);
    if (error != 0) return fail(Errc::unavailable, ::gai_strerror(error));
    std::vector<Endpoint> endpoints;
    for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
        Endpoint& endpoint = endpoints.emplace_back(Endpoint{.size = entry->ai_addrlen});
        std::memcpy(&endpoint.address, entry->ai_addr, entry->ai_addrlen);
    }
    ::freeaddrinfo(found);
    return endpoints;
}

base::Result<Endpoint> first_reachable(
    const std::vector<Endpoint>& choices, std::chrono::milliseconds limit
) {
    int error = EADDRNOTAVAIL;
    for (const Endpoint& choice : choices) {
        error = try_connect(choice, limit);
        if (error == 0) return choice;
    }
    return fail(Errc::unavailable, std::strerror(error));
}

base::Result<std::vector<Endpoint>> parse_local_addresses(std::string_view text) {
    const std::size_t dash = text.find('-');
    const auto first = parse_ipv4(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_ipv4(text.substr(dash + 1));
    if (!first || !last || *last < *first || *last - *first >= kAddressesMax) {
        return fail(
            Errc::invalid_argument,
            "--local-address '" + std::string(text) +
                "': write an IPv4 address or a range of at most 256, such as 127.0.0.2-127.0.0.20"
        );
    }
    std::vector<Endpoint> addresses;
    for (std::uint32_t i = 0; i <= *last - *first; ++i) {
        addresses.push_back(local_endpoint(*first + i));
    }
    return addresses;
}

}  // namespace flightcast::loadtest::net
