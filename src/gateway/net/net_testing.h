// SPDX-License-Identifier: Apache-2.0
//
// The tools of tests with a real server: a plain client on a blocking socket, and a server on a
// thread of its own.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "gateway/http/router.h"
#include "gateway/net/server.h"
#include "gateway/socketio/server.h"

namespace flightcast::gateway::net {

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
    [[nodiscard]] int fd() const { return fd_; }

    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    // From now on this object's end is a reset, as when a peer crashes.
    void reset_at_end() const {
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }

    void finish_sending() const { ::shutdown(fd_, SHUT_WR); }

    // All up to and with `end`; all there is when the connection ends first.
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

    // All bytes until the server closes.
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

// The system's clock, put forward as a test wants.
//
// Thread-safety: any thread may call any member.
class ForwardClock final : public base::Clock {
  public:
    [[nodiscard]] base::WallTime wall_now() const override { return system_.wall_now(); }
    [[nodiscard]] base::SteadyTime steady_now() const override {
        return system_.steady_now() + std::chrono::microseconds(ahead_.load());
    }
    void advance(std::chrono::microseconds step) { ahead_ += step.count(); }

  private:
    base::SystemClock system_;
    std::atomic<std::int64_t> ahead_ = 0;
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
        std::promise<void> done;
        const std::future<void> finished = done.get_future();
        // The promise goes along: this call may return before set_value() has.
        loop_->post([&task, done = std::move(done)]() mutable {
            task();
            done.set_value();
        });
        finished.wait();
    }

    // Lets time pass, and whatever is due happen.
    void advance(std::chrono::microseconds step) {
        on_loop([this, step] { clock_.advance(step); });
        on_loop([] {});
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

    ForwardClock clock_;
    base::SystemRandom random_;
    http::Router router_;
    std::unique_ptr<EventLoop> loop_ = EventLoop::create(clock_).value();
    std::optional<http::Respond> held_;  // Tells the loop when it goes.
    std::atomic<int> held_count_ = 0;
    std::atomic<int> joined_ = 0;
    socketio::Server io_{{}, random_};
    std::unique_ptr<Server> server_;
    std::thread thread_;
};

}  // namespace flightcast::gateway::net
