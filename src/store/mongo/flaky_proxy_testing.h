// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace flightcast::store::mongo {

// Stands between a client and a server on this machine and plays the faults of networks and
// servers.
//
// Thread-safety: any thread may call any member.
class FlakyProxy {
  public:
    enum class Mode {
        forward,              // all is well
        refuse,               // the server is gone: connections end, new ones too
        stall,                // the server hangs: nothing moves in either direction
        drop_answers,         // questions arrive, answers do not
        drop_insert_answers,  // the same from the next insert on
    };

    // Forwards to 127.0.0.1:`server_port`.
    explicit FlakyProxy(std::uint16_t server_port);
    ~FlakyProxy();
    FlakyProxy(const FlakyProxy&) = delete;
    FlakyProxy& operator=(const FlakyProxy&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

    // For bytes that move from now on.
    void set(Mode mode);

    // Bytes from the client that were forwarded.
    [[nodiscard]] std::uint64_t forwarded() const { return forwarded_; }

  private:
    struct Link {
        int client;
        int server;
    };

    void run();
    void accept_one();
    bool move(const Link& link);
    void close_all();

    const std::uint16_t server_port_;
    int listener_ = -1;
    int wake_ = -1;  // eventfd
    std::uint16_t port_ = 0;
    std::atomic<Mode> mode_ = Mode::forward;
    std::atomic<bool> ended_ = false;
    std::atomic<std::uint64_t> forwarded_ = 0;
    std::vector<Link> links_;  // the thread's
    std::thread thread_;
};

}  // namespace flightcast::store::mongo
