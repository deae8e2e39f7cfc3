// SPDX-License-Identifier: Apache-2.0
//
// A Socket.IO server whose clients join rooms, and that emits to these rooms in bursts when it is
// asked to: what the benchmark compares with other servers (bench/peers has the same in theirs).
#include <iostream>
#include <memory>
#include <string>

#include "gateway/http/router.h"
#include "gateway/net/server.h"
#include "gateway/socketio/server.h"
#include "protocol_options.h"

using namespace flightcast;           // NOLINT: an example is short
using namespace flightcast::gateway;  // NOLINT

namespace {

// Emits `each` events to each of the rooms "0" to "rooms - 1", `rounds` times, and lets the loop do
// its other work in between.
struct Burst {
    std::size_t rooms = 0;
    std::size_t rounds = 0;
    std::size_t each = 0;
    std::string payload_json;
};

void run_round(net::EventLoop& loop, socketio::Namespace& root, std::shared_ptr<Burst> burst) {
    if (burst->rounds-- == 0) return;
    for (std::size_t room = 0; room < burst->rooms; ++room) {
        for (std::size_t i = 0; i < burst->each; ++i) {
            root.to(std::to_string(room)).emit("n", burst->payload_json);
        }
    }
    loop.post([&loop, &root, burst = std::move(burst)] { run_round(loop, root, burst); });
}

std::string text_of(std::string_view json_string) {
    return std::string(json_string.substr(1, json_string.size() - 2));
}

}  // namespace

int main(int argc, char** argv) {
    const ProtocolOptions options = read_options(argc, argv, {.path = "/socket.io/"});
    base::SystemClock clock;
    base::SystemRandom random;
    const auto loop = net::EventLoop::create(clock);
    if (!loop) return std::cerr << to_string(loop.error()) << '\n', 1;
    socketio::Server io({.engine = {.path = options.path}}, random);
    socketio::Namespace& root = io.of("/");
    root.on_event("join", [](socketio::Socket& socket, const socketio::Event& event) {
        socket.join(text_of(event.args[0]));
        event.ack();
    });
    root.on_event("burst", [&](socketio::Socket&, const socketio::Event& event) {
        auto burst = std::make_shared<Burst>(
            std::stoul(std::string(event.args[0])),
            std::stoul(std::string(event.args[1])),
            std::stoul(std::string(event.args[2])),
            std::string(event.args[3])
        );
        run_round(**loop, root, std::move(burst));
    });
    http::Router router;
    router.add("GET", "/", [](const http::Request&, http::Respond respond) {
        respond({.body = "ready\n"});
    });
    const auto server = net::Server::listen(
        **loop,
        {.web = router, .endpoint = &io.engine()},
        {.host = options.host, .port = options.port}
    );
    if (!server) return std::cerr << to_string(server.error()) << '\n', 1;
    std::cout << "listening on port " << (*server)->port() << std::endl;  // NOLINT: flushed
    (*loop)->run();
}
