// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gateway/http/router.h"
#include "gateway/net/server.h"
#include "gateway/socketio/server.h"

namespace flightcast::gateway::net {
namespace {

using namespace std::chrono_literals;

// A blocking socket. Every wait ends after a while, so that a failure is one and not a hang.
class Client {
  public:
    explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        const timeval patience{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    ~Client() { ::close(fd_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] bool connected() const { return connected_; }

    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    void finish_sending() const { ::shutdown(fd_, SHUT_WR); }

    // All up to and with `end`; what there is when the connection ends first.
    std::string read_to(std::string_view end) {
        while (true) {
            const std::size_t found = read_.find(end);
            if (found != std::string::npos) {
                const std::string out = read_.substr(0, found + end.size());
                read_.erase(0, out.size());
                return out;
            }
            if (!fill()) return std::exchange(read_, {});
        }
    }

    std::string read_bytes(std::size_t count) {
        while (read_.size() < count && fill()) {
        }
        const std::string out = read_.substr(0, count);
        read_.erase(0, out.size());
        return out;
    }

    // All that comes until the server closes.
    std::string read_all() {
        while (fill()) {
        }
        return std::exchange(read_, {});
    }

    // One response: "200 body".
    std::string response() {
        const std::string head = read_to("\r\n\r\n");
        if (head.size() < 12) return "closed";
        const std::size_t at = head.find("Content-Length: ");
        const std::size_t length = at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
        return head.substr(9, 3) + " " + read_bytes(length);
    }

    std::string ask(std::string_view request) {
        send(request);
        return response();
    }

    void send_text(std::string_view text) {
        std::string frame = {'\x81', static_cast<char>(0x80U | text.size())};
        send(frame.append(4, '\0').append(text));  // A mask of zeros.
    }

    // The payload of the next short frame; "closed" and the code for a close frame.
    std::string read_frame() {
        const std::string header = read_bytes(2);
        if (header.size() < 2) return "gone";
        std::string payload = read_bytes(static_cast<unsigned char>(header[1]));
        if (header[0] != '\x88') return payload;
        if (payload.empty()) return "closed";
        const int code =
            static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
        return "closed " + std::to_string(code);
    }

  private:
    bool fill() {
        char buffer[4'096];
        const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
        if (got <= 0) return false;
        read_.append(buffer, static_cast<std::size_t>(got));
        return true;
    }

    const int fd_;
    bool connected_ = false;
    std::string read_;
};

// A server on a thread of its own.
class Net : public ::testing::Test {
  public:
    ~Net() override { stop(); }

  protected:
    Net() {
        router_.add("POST", "/echo", [](http::Request request, http::Respond respond) {
            respond({.body = std::move(request.body)});
        });
        router_.add("GET", "/later", [this](const http::Request&, http::Respond respond) {
            held_ = std::move(respond);
            ++held_count_;
        });
        router_.add("GET", "/dropped", [](const http::Request&, const http::Respond&) {});
        router_.add("GET", "/big", [](const http::Request&, http::Respond respond) {
            respond({.body = std::string(300'000, 'x')});
        });
        io_.of("/").on_event(
            "join", [this](socketio::Socket& socket, const socketio::Event& event) {
                socket.join("room");
                socket.emit("joined", event.args_json);
                event.ack();
                ++joined_;
            }
        );
        start({});
    }

    void start(ServerOptions options) {
        auto listening =
            Server::listen(*loop_, {.web = router_, .endpoint = &io_.engine()}, std::move(options));
        ASSERT_TRUE(listening);
        server_ = std::move(*listening);
        thread_ = std::thread([this] { loop_->run(); });
    }

    void stop() {
        if (thread_.joinable()) {
            loop_->stop();
            thread_.join();
        }
        server_.reset();
    }

    void restart(ServerOptions options) {
        stop();
        start(std::move(options));
    }

    // Runs `task` on the I/O thread and waits for it.
    void on_loop(std::function<void()> task) {
        std::atomic<bool> done = false;
        loop_->post([&] {
            task();
            done = true;
            done.notify_one();
        });
        done.wait(false);
    }

    template <typename T>
    static void wait_for(const std::atomic<T>& value, T wanted) {
        while (value.load() != wanted) std::this_thread::yield();
    }

    std::uint16_t port() const { return server_->port(); }

    // A websocket that has joined the room.
    std::unique_ptr<Client> joined_client() {
        auto client = std::make_unique<Client>(port());
        client->send(kUpgrade);
        client->read_to("\r\n\r\n");
        client->read_frame();
        client->send_text("40");
        client->read_frame();
        client->send_text("421[\"join\"]");
        client->read_frame();
        client->read_frame();
        return client;
    }

    static constexpr std::string_view kUpgrade =
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    base::SystemClock clock_;
    base::SystemRandom random_;
    http::Router router_;
    std::optional<http::Respond> held_;
    std::atomic<int> held_count_ = 0;
    std::atomic<int> joined_ = 0;
    std::unique_ptr<EventLoop> loop_ = EventLoop::create(clock_).value();
    socketio::Server io_{{}, random_};
    std::unique_ptr<Server> server_;
    std::thread thread_;
};

const std::string kPost = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";

// Goal: one connection takes many requests, one by one, all at once, and in single bytes.
TEST_F(Net, KeepsConnectionsAlive) {
    Client client(port());
    EXPECT_EQ(client.ask(kPost + "abc"), "200 abc");
    client.send(kPost + "one" + kPost + "two\r\n" + kPost + "thr");
    EXPECT_EQ(client.response(), "200 one");
    EXPECT_EQ(client.response(), "200 two");
    EXPECT_EQ(client.response(), "200 thr");
    for (const char c : kPost + "xyz") client.send({&c, 1});
    EXPECT_EQ(client.response(), "200 xyz");
    EXPECT_EQ(client.ask("GET /none HTTP/1.1\r\nHost: a\r\n\r\n").substr(0, 3), "404");
    client.send("HEAD /big HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_NE(client.read_to("\r\n\r\n").find("Content-Length: 300000"), std::string::npos);
    EXPECT_EQ(
        client.ask("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").size(), 300'004U
    );
    EXPECT_EQ(client.read_all(), "");
}

// Goal: what follows a request waits for its answer, and a client that only closed its own
// direction still gets it.
TEST_F(Net, AnswersLater) {
    Client client(port());
    client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n" + kPost + "abc");
    wait_for(held_count_, 1);
    client.finish_sending();
    loop_->post([this] { (*std::exchange(held_, std::nullopt))({.body = "late"}); });
    EXPECT_EQ(client.response(), "200 late");
    Client other(port());
    EXPECT_EQ(other.ask("GET /dropped HTTP/1.1\r\nHost: a\r\n\r\n"), "500 no answer was made\n");
}

// Goal: an answer to a client that has gone goes nowhere, even when the server has gone too.
TEST_F(Net, AnswersToNobodyAreHarmless) {
    {
        Client client(port());
        client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
        wait_for(held_count_, 1);
    }
    stop();
    (*std::exchange(held_, std::nullopt))({.body = "late"});
}

// Goal: requests whose end is in doubt are answered once and the connection is closed: what follows
// is never taken for a request.
TEST_F(Net, RefusesSmuggling) {
    const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\n";
    const std::string next = "GET /big HTTP/1.1\r\nHost: a\r\n\r\n";
    struct Case {
        std::string bytes;
        const char* status;
    };
    const Case cases[] = {
        {head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
        {head + "Transfer-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "400"},
        {head + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", "400"},
        {head + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", "501"},
        {"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
        {head + "A: b\r\n c\r\nContent-Length: 3\r\n\r\nabc", "400"},
        {head + "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n", "400"},
        {head + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 1\r\n\r\n", "400"},
        {head + "Content-Length: 1000001\r\n\r\n", "413"},
        {head + "Transfer-Encoding: chunked\r\n\r\nfffff\r\n", "413"},
        {head + "A: " + std::string(9'000, 'x') + "\r\n\r\n", "431"},
        {"\x16\x03\x01\x02\n", "400"},
    };
    for (const Case& entry : cases) {
        Client client(port());
        EXPECT_EQ(client.ask(entry.bytes + next).substr(0, 3), entry.status) << entry.bytes;
        EXPECT_EQ(client.read_all(), "") << entry.bytes;
    }
    Client good(port());
    EXPECT_EQ(
        good.ask(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), "200 abc"
    );
    good.send(head + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(good.read_to("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(good.ask("abc"), "200 abc");
}

// Goal: a websocket joins a room; what another thread emits in one batch reaches it in order.
TEST_F(Net, PushesToWebsockets) {
    const auto client = joined_client();
    loop_->post([this] {
        for (int i = 0; i < 3; ++i) io_.of("/").to("room").emit("n", std::to_string(i));
    });
    EXPECT_EQ(client->read_frame(), "42[\"n\",0]");
    EXPECT_EQ(client->read_frame(), "42[\"n\",1]");
    EXPECT_EQ(client->read_frame(), "42[\"n\",2]");
    std::string ping = {'\x89', '\x82', 0, 0, 0, 0, 'h', 'i'};
    client->send(ping);
    EXPECT_EQ(client->read_frame(), "hi");
    client->send(std::string("\x88\x80\0\0\0\0", 6));
    EXPECT_EQ(client->read_frame(), "closed");
    EXPECT_EQ(client->read_all(), "");
    on_loop([this] { EXPECT_EQ(io_.of("/").rooms(), 0U); });
}

// Goal: refusals come before the 101 and broken frames get their code, also right behind the
// request.
TEST_F(Net, RefusesBadWebsockets) {
    Client unknown(port());
    std::string request(kUpgrade);
    request.replace(request.find("EIO=4"), 5, "EIO=3");
    EXPECT_EQ(
        unknown.ask(request), "400 {\"code\":5,\"message\":\"Unsupported protocol version\"}"
    );
    Client no_key(port());
    request = kUpgrade;
    request.erase(request.find("Sec-WebSocket-Key"), 45);
    EXPECT_EQ(no_key.ask(request).substr(0, 3), "400");
    Client garbage(port());
    garbage.send(std::string(kUpgrade) + std::string(20, '\xff'));
    EXPECT_EQ(garbage.read_to("\r\n\r\n").substr(9, 3), "101");
    garbage.read_frame();  // The open packet.
    EXPECT_EQ(garbage.read_frame(), "closed 1002");
    EXPECT_EQ(garbage.read_all(), "");
}

// Goal: a session begins over polling and goes on over a websocket without losing a message.
TEST_F(Net, UpgradesFromPolling) {
    Client http(port());
    const std::string open =
        http.ask("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string sid = open.substr(open.find("sid\":\"") + 6, 20);
    const std::string target =
        "/socket.io/?EIO=4&transport=polling&sid=" + sid + " HTTP/1.1\r\nHost: a\r\n";
    EXPECT_EQ(http.ask("POST " + target + "Content-Length: 2\r\n\r\n40"), "200 ok");
    EXPECT_EQ(http.ask("GET " + target + "\r\n").substr(0, 6), "200 40");
    Client ws(port());
    std::string request(kUpgrade);
    request.replace(request.find(" HTTP"), 0, "&sid=" + sid);
    ws.send(request);
    ws.read_to("\r\n\r\n");
    http.send("GET " + target + "\r\n");
    ws.send_text("2probe");
    EXPECT_EQ(ws.read_frame(), "3probe");
    EXPECT_EQ(http.response(), "200 6");
    ws.send_text("5");
    ws.send_text("42[\"join\",7]");
    EXPECT_EQ(ws.read_frame(), "42[\"joined\",7]");
    EXPECT_EQ(http.ask("GET " + target + "\r\n").substr(0, 3), "400");
}

// Goal: a poll whose connection ends takes its session with it.
TEST_F(Net, NoticesLostPolls) {
    std::string sid;
    {
        Client http(port());
        const std::string open =
            http.ask("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n");
        sid = open.substr(open.find("sid\":\"") + 6, 20);
        http.send(
            "GET /socket.io/?EIO=4&transport=polling&sid=" + sid + " HTTP/1.1\r\nHost: a\r\n\r\n"
        );
        http.finish_sending();
        EXPECT_EQ(http.read_all(), "");
    }
    on_loop([this] { EXPECT_EQ(io_.engine().counters().polling_sessions, 0U); });
}

// Goal: who does not read is closed at the bound and everybody else goes on.
TEST_F(Net, DropsSlowReaders) {
    const auto slow = joined_client();
    const std::string big = "\"" + std::string(100'000, 'x') + "\"";
    bool dropped = false;
    for (int i = 0; i < 1'000 && !dropped; ++i) {
        on_loop([this, &big] { io_.of("/").to("room").emit("n", big); });
        on_loop([this, &dropped] { dropped = io_.of("/").size() == 0; });
    }
    EXPECT_TRUE(dropped);
    on_loop([this] { EXPECT_EQ(io_.engine().counters().overflows, 1U); });
    EXPECT_EQ(Client(port()).ask(kPost + "abc"), "200 abc");
}

// Goal: slow senders are told and closed, idle connections closed, each after its own time.
TEST_F(Net, KeepsTimeLimits) {
    ServerOptions options;
    options.head_timeout = 20ms;
    options.body_timeout = 20ms;
    options.idle_timeout = 20ms;
    restart(options);
    Client head(port());
    EXPECT_EQ(head.ask("GET / HT").substr(0, 3), "408");
    EXPECT_EQ(head.read_all(), "");
    Client body(port());
    EXPECT_EQ(body.ask(kPost + "a").substr(0, 3), "408");
    EXPECT_EQ(body.read_all(), "");
    EXPECT_EQ(Client(port()).read_all(), "");
    on_loop([this] { EXPECT_EQ(server_->counters().timeouts, 2U); });
}

// Goal: a drain lets the answer that is due out, tells websockets why, and ends.
TEST_F(Net, Drains) {
    const auto websocket = joined_client();
    Client idle(port());
    EXPECT_EQ(idle.ask(kPost + "abc"), "200 abc");
    Client busy(port());
    busy.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    wait_for(held_count_, 1);
    std::atomic<bool> drained = false;
    on_loop([&] { server_->drain([&drained] { drained = true; }); });
    EXPECT_EQ(websocket->read_frame(), "closed 1001");
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_FALSE(Client(port()).connected());
    EXPECT_FALSE(drained.load());
    loop_->post([this] { (*std::exchange(held_, std::nullopt))({.body = "late"}); });
    const std::string answer = busy.read_all();
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("late"));
}

// Goal: connections above the bound are told to come back later.
TEST_F(Net, BoundsConnections) {
    ServerOptions options;
    options.connections_max = 1;
    restart(options);
    Client first(port());
    EXPECT_EQ(first.ask(kPost + "abc"), "200 abc");
    EXPECT_EQ(Client(port()).response().substr(0, 3), "503");
    EXPECT_EQ(first.ask(kPost + "abc"), "200 abc");
}

// Goal: without descriptors left the server pauses, says so, and goes on when there are some.
TEST_F(Net, SurvivesRunningOutOfDescriptors) {
    std::atomic<int> complaints = 0;
    ServerOptions options;
    options.log = [&complaints](std::string_view) { ++complaints; };
    restart(options);
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    Client client(port());
    EXPECT_EQ(client.ask(kPost + "abc"), "200 abc");
    // The client's own socket takes the last descriptor that the limit allows.
    const int next = ::dup(0);
    ::close(next);
    const rlimit low{.rlim_cur = static_cast<rlim_t>(next) + 1, .rlim_max = before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &low);
    Client waiting(port());
    while (complaints.load() == 0) std::this_thread::yield();
    EXPECT_EQ(client.ask(kPost + "abc"), "200 abc");
    ::setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(waiting.ask(kPost + "abc"), "200 abc");
}

// Goal: a port in use gives an error that names it and says what to do.
TEST_F(Net, NamesThePortInUse) {
    const auto second = Server::listen(*loop_, {.web = router_}, {.port = port()});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, base::Errc::already_exists);
    EXPECT_NE(second.error().detail.find(std::to_string(port())), std::string::npos);
    EXPECT_NE(second.error().detail.find("--port"), std::string::npos);
    EXPECT_EQ(
        Server::listen(*loop_, {.web = router_}, {.host = "203.0.113.1"}).error().code,
        base::Errc::invalid_argument
    );
}

}  // namespace
}  // namespace flightcast::gateway::net
