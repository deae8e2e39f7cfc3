// SPDX-License-Identifier: Apache-2.0
//
// A client without sockets: makes the calls that a connection would make and keeps the answers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/websocket/endpoint.h"

namespace flightcast::gateway::engineio {

// The far end of one websocket.
class FakeLink final : public websocket::Link {
  public:
    void send(websocket::Frame frame) override;
    void close(websocket::CloseCode code) override;
    [[nodiscard]] std::size_t queued_bytes() const override { return queued; }
    [[nodiscard]] bool blocked() const override { return queued > 0; }

    // The payloads since the last call, joined by spaces; "CLOSE" and the code at the end.
    std::string take();

    // The same, one by one.
    std::vector<std::string> take_each() { return std::exchange(received_, {}); }

    std::size_t queued = 0;  // as if the kernel took no more
    bool closed = false;
    std::unique_ptr<websocket::Peer> peer;

  private:
    std::vector<std::string> received_;
};

// One HTTP request and its answer.
struct FakeExchange {
    http::ExchangeId id;
    std::optional<http::Response> response;

    // "200 ok"; "pending" when there is no answer.
    [[nodiscard]] std::string text() const;
};

class FakeClient {
  public:
    FakeClient(websocket::Endpoint& endpoint, std::string path)
        : endpoint_(endpoint), path_(std::move(path)) {}

    // `query` without EIO=4, which is added.
    std::shared_ptr<FakeExchange> get(const std::string& query);
    std::shared_ptr<FakeExchange> post(const std::string& query, std::string body);
    std::shared_ptr<FakeExchange> request(http::Request request);

    // A request whose body never ends; nothing was answered yet.
    std::shared_ptr<FakeExchange> begin_post(const std::string& query);

    // Opens a websocket; nullptr when it is refused, then `refusal` says why.
    std::shared_ptr<FakeLink> open(const std::string& query);
    std::shared_ptr<FakeLink> open(const http::Request& request);
    void say(FakeLink& link, std::string_view text);
    void say_binary(FakeLink& link, std::string_view bytes);
    void drop(FakeLink& link);

    // Begins a session over polling and returns its sid.
    std::string handshake();

    void advance(std::chrono::milliseconds step);

    base::SteadyTime now{std::chrono::hours(1)};
    std::string refusal;

  private:
    http::Request make(std::string method, const std::string& query) const;

    websocket::Endpoint& endpoint_;
    const std::string path_;
    std::uint64_t exchanges_ = 0;
};

}  // namespace flightcast::gateway::engineio
