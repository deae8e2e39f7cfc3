// SPDX-License-Identifier: Apache-2.0
//
// The endpoints on a port: one event loop carries bytes and times to them.
#include "gateway/gateway.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/deadlines.h"
#include "gateway/net/event_loop.h"

namespace flightcast::gateway {

using base::Result;

namespace {

// For requests with ?wait= when the gateway ends: an outcome under way takes far less.
constexpr std::chrono::microseconds kLastWait = std::chrono::seconds(1);

// Of the time to stop, the part for outcomes that are due; the rest is for closing connections.
constexpr int kDueShare = 2;

}  // namespace

// Members end in the reverse order: connections before the endpoints that they call, and both
// before the loop.
struct Gateway::Wiring final : net::Timed {
    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const override {
        return base::earlier(endpoints->next_deadline(), leave_by);
    }
    void expire(base::SteadyTime now) override {
        endpoints->expire(now);
        leave_when_done(now);
    }
    // As a task of its own: closing connections gives them something to flush.
    void flush(base::SteadyTime /*now*/) override {
        if (!leave_by || endpoints->has_due()) return;
        loop->post([this] { leave_when_done(loop->now()); });
    }

    // Takes no flight any more, pushes what is due, then closes.
    void leave() {
        const base::SteadyTime now = loop->now();
        // Who waits for an outcome over HTTP learns the id in time to ask elsewhere.
        endpoints->leave(now + std::min(kLastWait, drain_timeout / 2));
        leave_by = now + drain_timeout / kDueShare;
        leave_when_done(now);
    }

    void leave_when_done(base::SteadyTime now) {
        if (!leave_by) return;
        if (endpoints->has_due() && now < *leave_by) return;
        leave_by.reset();
        server->drain([this] { loop->stop(); });
    }

    std::unique_ptr<net::EventLoop> loop;
    std::unique_ptr<Endpoints> endpoints;
    std::unique_ptr<net::Server> server;
    std::chrono::microseconds drain_timeout{};
    std::optional<base::SteadyTime> leave_by{};  // while it is leaving and something is due
};

Gateway::Gateway(std::unique_ptr<Wiring> wiring) : wiring_(std::move(wiring)) {}

Gateway::~Gateway() = default;

Result<std::unique_ptr<Gateway>> Gateway::open(EndpointParts parts, GatewayOptions options) {
    auto wiring = std::make_unique<Wiring>();
    Wiring* const wires = wiring.get();
    telemetry::Metrics& metrics = parts.metrics;
    FC_TRY(wiring->loop, net::EventLoop::create(parts.clock));
    options.server.log = [logger = parts.logger](std::string_view what) { logger.warning(what); };
    wiring->drain_timeout = options.server.drain_timeout;
    FC_TRY(
        wiring->endpoints,
        Endpoints::open(
            std::move(parts),
            std::move(options.endpoints),
            [loop = wiring->loop.get()](std::move_only_function<void()> task) {
                loop->post(std::move(task));
            }
        )
    );
    FC_TRY(
        wiring->server,
        net::Server::listen(
            *wiring->loop,
            {.web = wiring->endpoints->web(), .endpoint = &wiring->endpoints->sockets()},
            std::move(options.server)
        )
    );
    metrics.before_text([wires] { wires->endpoints->publish(wires->server->counters()); });
    wiring->loop->drive(*wiring);
    return std::unique_ptr<Gateway>(new Gateway(std::move(wiring)));
}

std::uint16_t Gateway::port() const {
    return wiring_->server->port();
}

const eventlog::ReplayOptions& Gateway::replay_options() const {
    return wiring_->endpoints->replay_options();
}

void Gateway::follow(eventlog::Replay outcomes) {
    wiring_->loop->post([wires = wiring_.get(), outcomes = std::move(outcomes)]() mutable {
        wires->endpoints->follow(std::move(outcomes));
    });
}

void Gateway::follow_arrivals(ArrivalReplays replays) {
    wiring_->loop->post([wires = wiring_.get(), replays = std::move(replays)]() mutable {
        wires->endpoints->follow_arrivals(std::move(replays));
    });
}

void Gateway::turn_off_arrivals(std::string why) {
    wiring_->loop->post([wires = wiring_.get(), why = std::move(why)]() mutable {
        wires->endpoints->turn_off_arrivals(std::move(why));
    });
}

void Gateway::run() {
    wiring_->loop->run();
}

void Gateway::set_tls(std::shared_ptr<const net::TlsContext> tls) {
    wiring_->loop->post([wires = wiring_.get(), tls = std::move(tls)] {
        wires->server->set_tls(tls);
    });
}

void Gateway::set_tokens(std::string token, std::string admin_token) {
    wiring_->loop->post(
        [wires = wiring_.get(), token = std::move(token), admin_token = std::move(admin_token)] {
            wires->endpoints->set_tokens(token, admin_token);
        }
    );
}

void Gateway::when_free(std::move_only_function<void()> task) {
    wiring_->loop->post(std::move(task));
}

void Gateway::shut_down() {
    wiring_->loop->post([wires = wiring_.get()] { wires->leave(); });
}

}  // namespace flightcast::gateway
