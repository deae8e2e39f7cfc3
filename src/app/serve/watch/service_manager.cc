// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace flightcast::app::serve {
namespace {

std::string_view variable(const char* name) {
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing sets it
    return value == nullptr ? std::string_view() : std::string_view(value);
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

ServiceManager::ServiceManager(std::string socket, std::chrono::microseconds watchdog)
    : socket_(std::move(socket)), watchdog_(watchdog) {}

ServiceManager ServiceManager::from_environment() {
    const auto time = number(variable("WATCHDOG_USEC"));
    const auto process = number(variable("WATCHDOG_PID"));
    const bool is_ours = !process || *process == ::getpid();
    const bool is_watched = time && *time > 0 && is_ours;
    return {
        std::string(variable("NOTIFY_SOCKET")), std::chrono::microseconds(is_watched ? *time : 0)
    };
}

void ServiceManager::ready(const std::string& status) const {
    send("READY=1\nSTATUS=" + status);
}

void ServiceManager::stopping() const {
    send("STOPPING=1");
}

void ServiceManager::alive() const {
    send("WATCHDOG=1");
}

std::optional<std::chrono::microseconds> ServiceManager::alive_every() const {
    if (socket_.empty() || watchdog_.count() <= 0) return std::nullopt;
    return watchdog_ / 2;
}

// A manager that takes no message would see it by its time-outs.
void ServiceManager::send(const std::string& message) const {
    sockaddr_un place{.sun_family = AF_UNIX, .sun_path = {}};
    if (socket_.empty() || socket_.size() >= sizeof place.sun_path) return;
    std::memcpy(place.sun_path, socket_.data(), socket_.size());
    if (socket_.front() == '@') place.sun_path[0] = '\0';  // an abstract name
    const int file = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (file < 0) return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    static_cast<void>(::sendto(
        file,
        message.data(),
        message.size(),
        MSG_NOSIGNAL,
        reinterpret_cast<const sockaddr*>(&place),
        size
    ));
    ::close(file);
}

Watchdog::Watchdog(std::chrono::microseconds every, std::function<void()> ask)
    : every_(every), ask_(std::move(ask)) {}

base::SteadyTime Watchdog::step(base::SteadyTime now) {
    ask_();
    return now + every_;
}

}  // namespace flightcast::app::serve
