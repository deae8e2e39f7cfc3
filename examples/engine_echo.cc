// SPDX-License-Identifier: Apache-2.0
//
// An Engine.IO server that sends every message back.
#include <iostream>

#include "gateway/engineio/server.h"
#include "gateway/http/router.h"
#include "gateway/net/server.h"
#include "protocol_options.h"

using namespace flightcast;           // NOLINT: an example is short
using namespace flightcast::gateway;  // NOLINT
using websocket::Frame;
using websocket::MessageKind;

namespace {

class Echo final : public engineio::Handler {
  public:
    explicit Echo(engineio::Options options) : server_(std::move(options), *this, random_) {}

    engineio::Server& server() { return server_; }

  private:
    void on_open(engineio::SessionId, const http::Request&, base::SteadyTime) override {}
    void on_close(engineio::SessionId, std::string_view, base::SteadyTime) override {}
    void on_message(
        engineio::SessionId session, MessageKind kind, std::string_view data, base::SteadyTime
    ) override {
        const bool text = kind == MessageKind::text;
        server_.send(session, Frame::make(kind, {text ? "4" : "", data}));
    }

    base::SystemRandom random_;
    engineio::Server server_;
};

}  // namespace

int main(int argc, char** argv) {
    const ProtocolOptions options = read_options(argc, argv, {.path = "/engine.io/"});
    base::SystemClock clock;
    const auto loop = net::EventLoop::create(clock);
    if (!loop) return std::cerr << to_string(loop.error()) << '\n', 1;
    Echo echo({
        .path = options.path,
        .ping_interval = options.ping_interval,
        .ping_timeout = options.ping_timeout,
        .max_payload = options.max_payload,
        .cors_origins = options.cors_origins,
    });
    http::Router router;
    const auto server = net::Server::listen(
        **loop,
        {.web = router, .endpoint = &echo.server()},
        {.host = options.host, .port = options.port}
    );
    if (!server) return std::cerr << to_string(server.error()) << '\n', 1;
    std::cout << "listening on port " << (*server)->port() << std::endl;  // NOLINT: flushed
    (*loop)->run();
}
