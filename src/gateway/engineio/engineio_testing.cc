// SPDX-License-Identifier: Apache-2.0
#include "gateway/engineio/engineio_testing.h"

#include <algorithm>

namespace flightcast::gateway::engineio {

using websocket::MessageKind;

void FakeLink::send(websocket::Frame frame) {
    if (closed) return;
    const bool is_binary = frame.kind() == MessageKind::binary;
    received_.push_back((is_binary ? "b:" : "") + std::string(frame.payload()));
}

void FakeLink::close(websocket::CloseCode code) {
    if (closed) return;
    closed = true;
    received_.push_back("CLOSE" + std::to_string(static_cast<int>(code)));
}

std::string FakeLink::take() {
    std::string joined;
    for (const std::string& one : take_each()) joined += (joined.empty() ? "" : " ") + one;
    return joined;
}

std::string FakeExchange::text() const {
    if (!response) return "pending";
    std::string body(response->body.view());
    std::ranges::replace(body, '\x1e', ' ');
    return std::to_string(response->status) + " " + body;
}

http::Request FakeClient::make(std::string method, const std::string& query) const {
    http::Request made{.method = std::move(method), .path = path_, .query = "EIO=4&" + query};
    made.headers.add("Host", "localhost");
    return made;
}

std::shared_ptr<FakeExchange> FakeClient::get(const std::string& query) {
    return request(make("GET", query));
}

std::shared_ptr<FakeExchange> FakeClient::post(const std::string& query, std::string body) {
    http::Request made = make("POST", query);
    made.body = std::move(body);
    return request(std::move(made));
}

std::shared_ptr<FakeExchange> FakeClient::request(http::Request request) {
    auto exchange = std::make_shared<FakeExchange>();
    exchange->id = http::ExchangeId(++exchanges_);
    const std::string body = std::exchange(request.body, {});
    http::Admission admission = endpoint_.admit(request, exchange->id, now);
    if (admission.refusal) {
        exchange->response = std::move(admission.refusal);
    } else if (body.size() > admission.body_bytes_max) {
        endpoint_.abandoned(exchange->id, now);
        exchange->response = endpoint_.refuse(request, 413, "too large");
    } else {
        request.body = body;
        endpoint_.handle(
            std::move(request),
            exchange->id,
            [exchange](http::Response response) { exchange->response = std::move(response); },
            now
        );
    }
    endpoint_.flush(now);
    return exchange;
}

std::shared_ptr<FakeExchange> FakeClient::begin_post(const std::string& query) {
    auto exchange = std::make_shared<FakeExchange>();
    exchange->id = http::ExchangeId(++exchanges_);
    exchange->response = endpoint_.admit(make("POST", query), exchange->id, now).refusal;
    endpoint_.flush(now);
    return exchange;
}

std::shared_ptr<FakeLink> FakeClient::open(const std::string& query) {
    return open(make("GET", query));
}

std::shared_ptr<FakeLink> FakeClient::open(const http::Request& request) {
    if (const auto refused = endpoint_.verify_upgrade(request, now)) {
        refusal = std::to_string(refused->status) + " " + std::string(refused->body.view());
        return nullptr;
    }
    auto link = std::make_shared<FakeLink>();
    link->peer = endpoint_.open(request, *link, now);
    endpoint_.flush(now);
    return link;
}

void FakeClient::say(FakeLink& link, std::string_view text) {
    if (!link.closed) link.peer->on_message(MessageKind::text, text, now);
    endpoint_.flush(now);
}

void FakeClient::say_binary(FakeLink& link, std::string_view bytes) {
    if (!link.closed) link.peer->on_message(MessageKind::binary, bytes, now);
    endpoint_.flush(now);
}

void FakeClient::drop(FakeLink& link) {
    link.closed = true;
    link.peer->on_closed(now);
    endpoint_.flush(now);
}

std::string FakeClient::handshake() {
    const std::string body(get("transport=polling")->response->body.view());
    return body.substr(body.find("\"sid\":\"") + 7, 20);
}

void FakeClient::advance(std::chrono::milliseconds step) {
    now += step;
    endpoint_.expire(now);
    endpoint_.flush(now);
}

}  // namespace flightcast::gateway::engineio
