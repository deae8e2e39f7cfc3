// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/check.h"
#include "gateway/net/listen.h"

namespace flightcast::gateway::net {
namespace {

constexpr std::size_t kReadBufferBytes = 65'536;
constexpr int kAcceptsPerEvent = 64;
constexpr auto kAcceptPause = std::chrono::milliseconds(100);
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";

// Whether a connection waits to be accepted. Without a descriptor left, accept() does not look.
bool is_waiting(int listen_fd) {
    pollfd wait{listen_fd, POLLIN, 0};
    return ::poll(&wait, 1, 0) == 1;
}

bool out_of_resources(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

// Only this file can make one.
class Server::Key {};

// The inside of a Respond: finds its connection again, and answers 500 when it is dropped. It may
// be dropped by any thread, so that answer goes through the loop.
class Server::Ticket {
  public:
    Ticket(Server& server, ConnectionId connection, http::ExchangeId exchange)
        : server_(server.self_),
          loop_(&server.loop_),
          connection_(connection),
          exchange_(exchange) {}

    Ticket(Ticket&& other) noexcept = default;
    Ticket& operator=(Ticket&&) = delete;

    ~Ticket() {
        if (server_ == nullptr) return;
        loop_->post([server = std::move(server_), connection = connection_, exchange = exchange_] {
            if (*server == nullptr) return;
            (*server)->respond(
                connection, exchange, {.status = 500, .body = "no answer was made\n"}
            );
        });
    }

    void operator()(const http::Response& response) {
        FC_CHECK(server_ != nullptr);
        const std::shared_ptr<Server*> server = std::move(server_);
        if (*server != nullptr) (*server)->respond(connection_, exchange_, response);
    }

  private:
    std::shared_ptr<Server*> server_;
    EventLoop* loop_;
    ConnectionId connection_;
    http::ExchangeId exchange_;
};

base::Result<std::unique_ptr<Server>> Server::listen(
    EventLoop& loop, Services services, ServerOptions options
) {
    FC_TRY(const int fd, open_listener(options));
    return std::make_unique<Server>(Key(), loop, services, std::move(options), fd);
}

Server::Server(
    Key /*key*/, EventLoop& loop, Services services, ServerOptions options, int listen_fd
)
    : loop_(loop),
      services_(services),
      options_(std::move(options)),
      listen_fd_(listen_fd),
      port_(bound_port(listen_fd)),
      tls_(options_.tls),
      requests_(options_.request_rate),
      read_buffer_(kReadBufferBytes),
      self_(std::make_shared<Server*>(this)) {
    accepting_ = loop_.watch(listen_fd_, EPOLLIN, *this);
    FC_CHECK(accepting_);
    loop_.drive(*this);
}

Server::~Server() {
    stop_listening();
    const base::SteadyTime now = loop_.now();
    while (!connections_.empty()) connections_.begin()->second->destroy(now);
    if (services_.endpoint != nullptr) services_.endpoint->flush(now);
    loop_.undrive(*this);
    *self_ = nullptr;
}

void Server::set_tls(std::shared_ptr<const TlsContext> tls) {
    FC_CHECK(tls_ != nullptr && tls != nullptr);
    tls_ = std::move(tls);
}

void Server::stop_listening() {
    if (listen_fd_ < 0) return;
    if (accepting_) loop_.unwatch(listen_fd_);
    accepting_ = false;
    accept_again_ = base::kNoDeadline;
    ::close(listen_fd_);
    listen_fd_ = -1;
}

void Server::on_ready(std::uint32_t /*events*/, base::SteadyTime now) {
    for (int i = 0; i < kAcceptsPerEvent && listen_fd_ >= 0; ++i) {
        sockaddr_storage address{};
        socklen_t length = sizeof address;
        const int fd = ::accept4(
            listen_fd_, reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC
        );
        if (fd >= 0) {
            accept_one(fd, address_text(address), now);
        } else if (out_of_resources(errno)) {
            const int error = errno;
            if (!is_waiting(listen_fd_)) return;
            if (!drop_silent(now)) return pause_accepting(error, now);
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

void Server::accept_one(int fd, std::string remote, base::SteadyTime now) {
    ++counters_.accepted;
    if (connections_.size() >= options_.connections_max && !drop_silent(now)) {
        ++counters_.refused;
        // Over TLS that would be no answer but noise.
        [[maybe_unused]] const ssize_t sent =
            tls_ != nullptr ? 0
                            : ::send(fd, kFull.data(), kFull.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        ::close(fd);
        return;
    }
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const ConnectionId id(++last_connection_);
    auto connection = std::make_unique<Connection>(*this, id, fd, std::move(remote));
    if (tls_ != nullptr) connection->tls_ = std::make_unique<TlsStream>(*tls_, fd);
    connection->interest_ = EPOLLIN | EPOLLRDHUP;
    if (!loop_.watch(fd, connection->interest_, *connection)) return;  // Closes it.
    connection->mark_dirty();  // So that its time limit begins.
    connections_.emplace(id, std::move(connection));
    half_open_.insert(id);
    bound_half_open(now);
}

void Server::bound_half_open(base::SteadyTime now) {
    if (half_open_.size() > options_.half_open_max) static_cast<void>(drop_silent(now));
}

// The connection that has been silent longest goes: a client in earnest sends its request soon, and
// silence must not keep others out. False when no connection is silent.
bool Server::drop_silent(base::SteadyTime now) {
    if (half_open_.empty()) return false;
    ++counters_.half_open_dropped;
    connections_.at(*half_open_.begin())->destroy(now);
    return true;
}

// The kernel keeps new connections in its backlog meanwhile; those that are open go on.
void Server::pause_accepting(int error, base::SteadyTime now) {
    options_.log(
        std::string("cannot accept connections: ") + std::strerror(error) +
        "; trying again shortly (raise the limit of open files: ulimit -n)"
    );
    ++counters_.accept_pauses;
    loop_.unwatch(listen_fd_);
    accepting_ = false;
    accept_again_ = now + kAcceptPause;
}

http::Respond Server::make_respond(ConnectionId connection, http::ExchangeId exchange) {
    return Ticket(*this, connection, exchange);
}

void Server::respond(
    ConnectionId connection, http::ExchangeId exchange, const http::Response& response
) {
    const auto found = connections_.find(connection);
    if (found != connections_.end()) found->second->respond(exchange, response);
}

void Server::flush(base::SteadyTime now) {
    if (services_.endpoint != nullptr) services_.endpoint->flush(now);
    while (!dirty_.empty()) {
        const std::vector<ConnectionId> dirty = std::exchange(dirty_, {});
        for (const ConnectionId id : dirty) {
            const auto found = connections_.find(id);
            if (found != connections_.end()) found->second->flush(now);
        }
        if (services_.endpoint != nullptr) services_.endpoint->flush(now);
    }
}

void Server::bury(Connection& connection) {
    const auto owner = connections_.find(connection.id());
    buried_.push_back(std::move(owner->second));
    connections_.erase(owner);
}

void Server::sweep() {
    buried_.clear();
    if (draining_ && connections_.empty() && drained_) std::exchange(drained_, nullptr)();
}

void Server::drain(std::move_only_function<void()> done) {
    const base::SteadyTime now = loop_.now();
    draining_ = true;
    drained_ = std::move(done);
    drain_until_ = now + options_.drain_timeout;
    stop_listening();
    if (services_.endpoint != nullptr) services_.endpoint->close_all(now);
    std::vector<ConnectionId> ids;
    for (const auto& [id, connection] : connections_) ids.push_back(id);
    for (const ConnectionId id : ids) connections_.at(id)->drain(now);
}

std::optional<base::SteadyTime> Server::next_deadline() const {
    std::optional<base::SteadyTime> next = deadlines_.next();
    if (accept_again_ != base::kNoDeadline) next = base::earlier(next, accept_again_);
    if (drain_until_ != base::kNoDeadline) next = base::earlier(next, drain_until_);
    if (services_.endpoint == nullptr) return next;
    return base::earlier(next, services_.endpoint->next_deadline());
}

void Server::expire(base::SteadyTime now) {
    while (Connection* connection = deadlines_.take_due(now)) connection->expire(now);
    if (services_.endpoint != nullptr) services_.endpoint->expire(now);
    if (accept_again_ <= now) {
        accept_again_ = base::kNoDeadline;
        accepting_ = loop_.watch(listen_fd_, EPOLLIN, *this);
    }
    if (drain_until_ <= now) {
        drain_until_ = base::kNoDeadline;
        while (!connections_.empty()) connections_.begin()->second->destroy(now);
    }
}

std::string_view Server::date(base::SteadyTime now) {
    if (now < date_until_) return date_;
    const std::time_t seconds = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 64> text{};
    const std::size_t length =
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    date_.assign(text.data(), length);
    date_until_ = now + std::chrono::seconds(1);
    return date_;
}

Counters Server::counters() const {
    Counters snapshot = counters_;
    snapshot.connections = connections_.size();
    return snapshot;
}

}  // namespace flightcast::gateway::net
