// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/flaky_proxy_testing.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "base/check.h"

namespace flightcast::store::mongo {
namespace {

// How a command that inserts begins, in BSON: a text named so.
constexpr std::string_view kInsert("\x02insert\0", 8);

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool send_all(int to, const char* bytes, std::size_t size) {
    while (size > 0) {
        const ssize_t sent = ::send(to, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

}  // namespace

FlakyProxy::FlakyProxy(std::uint16_t server_port)
    : server_port_(server_port),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    FC_CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    FC_CHECK(::listen(listener_, 64) == 0);
    FC_CHECK(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
}

FlakyProxy::~FlakyProxy() {
    ended_ = true;
    set(Mode::refuse);
    thread_.join();
    close_all();
    ::close(listener_);
    ::close(wake_);
}

void FlakyProxy::set(Mode mode) {
    mode_ = mode;
    FC_CHECK(::eventfd_write(wake_, 1) == 0);
}

void FlakyProxy::run() {
    while (!ended_) {
        std::vector<pollfd> waits = {{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
        const bool moves = mode_ != Mode::refuse && mode_ != Mode::stall;
        for (const Link& link : links_) {
            const short events = moves ? POLLIN : 0;
            waits.push_back({link.client, events, 0});
            waits.push_back({link.server, events, 0});
        }
        if (!moves && mode_ == Mode::stall) waits.resize(1);  // A hung server's kernel accepts.
        ::poll(waits.data(), waits.size(), -1);
        eventfd_t count = 0;
        ::eventfd_read(wake_, &count);
        if (mode_ == Mode::refuse) close_all();
        if (mode_ == Mode::stall) continue;
        std::erase_if(links_, [this](const Link& link) {
            if (move(link)) return false;
            ::close(link.client);
            ::close(link.server);
            return true;
        });
        if (waits.size() > 1 && (waits[1].revents & POLLIN) != 0) accept_one();
    }
}

void FlakyProxy::accept_one() {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(server_port_);
    const auto* const to = reinterpret_cast<const sockaddr*>(&address);
    if (mode_ == Mode::refuse || ::connect(server, to, sizeof(address)) != 0) {
        ::close(client);
        ::close(server);
        return;
    }
    links_.push_back({client, server});
}

// False when either end is gone.
bool FlakyProxy::move(const Link& link) {
    std::array<char, 65'536> buffer;
    for (const bool asks : {true, false}) {
        const int from = asks ? link.client : link.server;
        const int to = asks ? link.server : link.client;
        const ssize_t size = ::recv(from, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size == 0) return false;
        if (size < 0) continue;
        if (!asks && mode_ == Mode::drop_answers) continue;
        const std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
        if (asks && mode_ == Mode::drop_insert_answers && bytes.contains(kInsert)) {
            mode_ = Mode::drop_answers;
        }
        if (!send_all(to, buffer.data(), static_cast<std::size_t>(size))) return false;
        if (asks) forwarded_ += static_cast<std::uint64_t>(size);
    }
    return true;
}

void FlakyProxy::close_all() {
    for (const Link& link : links_) {
        ::close(link.client);
        ::close(link.server);
    }
    links_.clear();
}

}  // namespace flightcast::store::mongo
