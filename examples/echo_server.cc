// SPDX-License-Identifier: Apache-2.0
//
// A Socket.IO server with two namespaces that sends back what it is told.
#include <iostream>

#include "gateway/http/router.h"
#include "gateway/net/server.h"
#include "gateway/socketio/server.h"
#include "protocol_options.h"

using namespace flightcast;           // NOLINT: an example is short
using namespace flightcast::gateway;  // NOLINT

int main(int argc, char** argv) {
    const ProtocolOptions options = read_options(argc, argv, {.path = "/socket.io/"});
    base::SystemClock clock;
    base::SystemRandom random;
    const auto loop = net::EventLoop::create(clock);
    if (!loop) return std::cerr << to_string(loop.error()) << '\n', 1;

    socketio::Server io(
        {
            .engine =
                {
                    .path = options.path,
                    .ping_interval = options.ping_interval,
                    .ping_timeout = options.ping_timeout,
                    .max_payload = options.max_payload,
                    .cors_origins = options.cors_origins,
                },
            .connect_timeout = options.connect_timeout,
        },
        random
    );
    const auto send_auth = [](socketio::Socket& socket, std::string_view auth) {
        socket.emit("auth", auth);
    };
    io.of("/").on_connect(send_auth);
    io.of("/custom").on_connect(send_auth);
    io.of("/").on_event("message", [](socketio::Socket& socket, const socketio::Event& event) {
        socket.emit("message-back", event.args_json, event.attachments);
    });
    io.of("/").on_event("message-with-ack", [](socketio::Socket&, const socketio::Event& event) {
        event.ack(event.args_json, event.attachments);
    });

    http::Router router;
    const auto server = net::Server::listen(
        **loop,
        {.web = router, .endpoint = &io.engine()},
        {.host = options.host, .port = options.port}
    );
    if (!server) return std::cerr << to_string(server.error()) << '\n', 1;
    std::cout << "listening on port " << (*server)->port() << std::endl;  // NOLINT: flushed
    (*loop)->run();
}
