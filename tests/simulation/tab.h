// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "gateway/engineio/engineio_testing.h"
#include "gateway/websocket/endpoint.h"

namespace flightcast::simulation {

// A websocket between a tab and a gateway. What the gateway sends lies here until the tab reads it.
class Wire final : public gateway::websocket::Link {
  public:
    void send(gateway::websocket::Frame frame) override;
    void close(gateway::websocket::CloseCode /*code*/) override { is_closing = true; }
    [[nodiscard]] std::size_t queued_bytes() const override { return is_stalled ? bytes_ : 0; }
    [[nodiscard]] bool blocked() const override { return is_stalled && bytes_ > 0; }

    [[nodiscard]] std::vector<std::string> take();

    std::unique_ptr<gateway::websocket::Peer> peer;
    bool is_closing = false;  // by the gateway, which is told that it is closed
    bool is_closed = false;   // the gateway was told
    bool is_stalled = false;  // the tab does not read

  private:
    std::vector<std::string> sent_;
    std::size_t bytes_ = 0;
};

// The side of a gateway that tabs meet: Engine.IO's endpoint and the websockets to it.
class Gate {
  public:
    explicit Gate(gateway::websocket::Endpoint& its_endpoint)
        : endpoint(its_endpoint), polling(its_endpoint, "/socket.io/") {}

    // Null when it is refused.
    std::shared_ptr<Wire> open(const std::string& query, base::SteadyTime now);
    // Tells the gateway of websockets that it closed itself.
    void settle(base::SteadyTime now);

    gateway::websocket::Endpoint& endpoint;
    gateway::engineio::FakeClient polling;

  private:
    std::vector<std::shared_ptr<Wire>> wires_;
};

// A browser's tab on a Socket.IO connection, as the official client behaves: over polling, over a
// websocket, or from the one to the other.
class Tab {
  public:
    // Told by pump().
    struct Events {
        std::function<void(std::string_view name, std::string_view payload)> on_event;
        std::function<void()> on_lost;  // by the gateway's doing
    };
    explicit Tab(Events events) : events_(std::move(events)) {}

    // False when the gateway refuses.
    bool connect(const std::shared_ptr<Gate>& gate, bool by_polling, base::SteadyTime now);
    [[nodiscard]] bool is_connected() const { return gate_ != nullptr; }
    [[nodiscard]] const std::shared_ptr<Gate>& gate() const { return gate_; }

    // Begins the upgrade; false when there is nothing to upgrade.
    // ... and ends it after so many calls of pump().
    bool upgrade(base::SteadyTime now, std::size_t pause);
    // In order, as far as the transport allows.
    void disconnect(base::SteadyTime now);
    // Without a word: the gateway finds out later. Also when the gateway is gone.
    void vanish();
    void read(bool reads);
    [[nodiscard]] bool is_reading() const { return is_reading_; }
    [[nodiscard]] bool is_polling() const { return is_connected() && wire_ == nullptr; }
    void join(const base::Uuid& id, base::SteadyTime now);

    // Takes what has come, and answers it.
    void pump(base::SteadyTime now);

  private:
    void send(std::string packet, base::SteadyTime now);
    void handle(std::string_view packet, base::SteadyTime now);
    void take_poll(base::SteadyTime now);
    void step_upgrade(base::SteadyTime now);
    void lose();

    const Events events_;
    std::shared_ptr<Gate> gate_;
    std::shared_ptr<Wire> wire_;       // the transport, when it is a websocket
    std::shared_ptr<Wire> candidate_;  // of an upgrade
    bool is_probed_ = false;
    std::size_t pause_ = 0;  // of an upgrade
    std::shared_ptr<gateway::engineio::FakeExchange> poll_;
    std::string sid_;
    bool is_in_namespace_ = false;
    bool is_reading_ = true;
    std::deque<std::string> outbox_;  // until it is in the namespace
};

}  // namespace flightcast::simulation
