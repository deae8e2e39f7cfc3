// SPDX-License-Identifier: Apache-2.0
//
// Binds the address for a moment. When somebody has it, asks for /readyz there: only a server of
// ours answers that with its checks.
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "app/cli/file_limit.h"
#include "app/doctor/doctor_checks.h"

namespace flightcast::app::doctor {
namespace {

using State = Finding::State;

constexpr const char* kPortName = "port";
constexpr int kPatienceMs = 2'000;
constexpr std::size_t kAnswerBytesMax = 65'536;

class Socket {
  public:
    explicit Socket(int family)
        : file_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
    ~Socket() {
        if (file_ >= 0) ::close(file_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    [[nodiscard]] int file() const { return file_; }
    [[nodiscard]] bool wait_for(short events) const {
        pollfd wait{file_, events, 0};
        return ::poll(&wait, 1, kPatienceMs) == 1;
    }

  private:
    const int file_;
};

struct FreeAddress {
    void operator()(addrinfo* address) const { ::freeaddrinfo(address); }
};
using Address = std::unique_ptr<addrinfo, FreeAddress>;

Address find_address(const options::ServeOptions& options) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(options.port);
    if (::getaddrinfo(options.host.c_str(), port.c_str(), &hints, &found) != 0) return nullptr;
    return Address(found);
}

// The answer to GET /readyz; nothing if it is no HTTP in time.
std::optional<std::string> ask_ready(const addrinfo& address) {
    const Socket socket(address.ai_family);
    const bool connected = ::connect(socket.file(), address.ai_addr, address.ai_addrlen) == 0 ||
                           (errno == EINPROGRESS && socket.wait_for(POLLOUT));
    constexpr std::string_view kRequest =
        "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    if (!connected || ::send(socket.file(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL) !=
                          static_cast<ssize_t>(kRequest.size())) {
        return std::nullopt;
    }
    std::string answer;
    std::array<char, 4'096> buffer;
    while (answer.size() < kAnswerBytesMax && socket.wait_for(POLLIN)) {
        const ssize_t size = ::recv(socket.file(), buffer.data(), buffer.size(), 0);
        if (size <= 0) break;
        answer.append(buffer.data(), static_cast<std::size_t>(size));
    }
    const std::size_t body = answer.find("\r\n\r\n");
    if (!answer.starts_with("HTTP/1.") || body == std::string::npos) return std::nullopt;
    return answer.substr(body + 4);
}

// The answer of a server of ours to /readyz.
struct Readiness {
    bool is_ready = false;
    std::string remarks;  // the checks that fail ("event log: starting"), notes among them
};

// Nothing if the server is none of ours.
std::optional<Readiness> readiness_of(const std::string& body) {
    boost::system::error_code error;
    const boost::json::value report = boost::json::parse(body, error);
    if (error || !report.is_object()) return std::nullopt;
    const boost::json::value* const status = report.get_object().if_contains("status");
    const boost::json::value* const checks = report.get_object().if_contains("checks");
    if (status == nullptr || checks == nullptr || !checks->is_object()) return std::nullopt;
    Readiness found{.is_ready = status->is_string() && status->get_string() == "ok", .remarks = {}};
    for (const auto& [name, state] : checks->get_object()) {
        if (!state.is_string() || state.get_string() == "ok") continue;
        found.remarks += (found.remarks.empty() ? "" : ", ") + std::string(name) + ": ";
        found.remarks += std::string_view(state.get_string());
    }
    return found;
}

Finding occupied(const std::string& place, const addrinfo& address) {
    const auto body = ask_ready(address);
    const auto found = body ? readiness_of(*body) : std::nullopt;
    if (!found) {
        return {
            kPortName,
            State::bad,
            "another program listens on " + place,
            "end it, or choose another port with --port"
        };
    }
    if (found->is_ready && found->remarks.empty()) {
        return {kPortName, State::good, "a server is ready at " + place, ""};
    }
    if (found->is_ready) {
        return {
            kPortName,
            State::warning,
            "the server at " + place + " is ready, and notes " + found->remarks,
            "docs/metrics.md says what its checks mean"
        };
    }
    return {
        kPortName,
        State::bad,
        "the server at " + place + " is not ready: " + found->remarks,
        "wait if it is starting; its log says more"
    };
}

}  // namespace

std::vector<Finding> check_port(const Patient& patient) {
    const options::ServeOptions& options = patient.options;
    const std::string place = options.host + ":" + std::to_string(options.port);
    if (options.port == 0) return {{kPortName, State::good, "the system chooses a port", ""}};
    const Address address = find_address(options);
    if (!address) {
        return {
            {kPortName,
             State::bad,
             "no address is known for --host " + options.host,
             "use an address of this machine, or 127.0.0.1"}
        };
    }
    const Socket socket(address->ai_family);
    const int on = 1;
    ::setsockopt(socket.file(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (::bind(socket.file(), address->ai_addr, address->ai_addrlen) == 0 &&
        ::listen(socket.file(), 1) == 0) {
        return {{kPortName, State::good, place + " is free", ""}};
    }
    const int why = errno;
    if (why == EADDRINUSE) return {occupied(place, *address)};
    const char* advice = why == EACCES ? "ports below 1024 need a privilege: choose another --port"
                                       : "use an address of this machine with --host";
    return {
        {kPortName, State::bad, "cannot listen on " + place + ": " + std::strerror(why), advice}
    };
}

std::vector<Finding> check_file_limit(const Patient& patient) {
    const std::size_t files = cli::file_limit();
    const std::size_t connections = patient.options.connections_max;
    const std::string text = std::to_string(files) + " files may be open";
    if (cli::connections_within(files) >= connections)
        return {{"file limit", State::good, text, ""}};
    return {
        {"file limit",
         State::warning,
         text + "; --connections-max " + std::to_string(connections) + " needs " +
             std::to_string(cli::files_for(connections)),
         "raise it (ulimit -n, LimitNOFILE= of systemd)"}
    };
}

}  // namespace flightcast::app::doctor
