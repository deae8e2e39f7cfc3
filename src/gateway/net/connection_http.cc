// SPDX-License-Identifier: Apache-2.0
//
// Requests, one after the other: head, body, answer. A request that is malformed, too large or
// refused with its body unread ends the connection, because the next one's beginning is unknown.
#include "gateway/net/connection.h"

#include <utility>

#include "gateway/net/server.h"
#include "gateway/websocket/handshake.h"

namespace flightcast::gateway::net {
namespace {

// Larger bodies are sent from where they are.
constexpr std::size_t kCopiedBodyBytesMax = 4'096;

// Content, address or header fields too large.
bool is_about_size(unsigned status) {
    return status == 413 || status == 414 || status == 431;
}

}  // namespace

void Connection::on_http_input(base::SteadyTime now) {
    if (busy_) return;
    busy_ = true;
    while (http_ != nullptr && fd_ >= 0 && !closing_ && step_http(now)) {
    }
    busy_ = false;
}

// Whether there may be more to do.
bool Connection::step_http(base::SteadyTime now) {
    switch (http_->stage) {
        case Stage::head:
            // A client that does not take answers gets no more of them.
            if (output_.bytes() > server_.options_.queued_bytes_max) return false;
            return read_head(now);
        case Stage::body:
            return read_body(now);
        case Stage::answer:
            return false;
    }
    return false;
}

bool Connection::read_head(base::SteadyTime now) {
    Http& http = *http_;
    // One empty line before a request is forgiven (RFC 9112, 2.2).
    if (http.scanned == 0 && http.input.starts_with("\r\n")) http.input.erase(0, 2);
    if (http.input.empty()) return false;
    const http::HeadLimits& limits = server_.options_.head;
    const auto end = http::find_head_end(http.input, http.scanned, limits);
    if (const auto* malformed = std::get_if<http::Malformed>(&end)) {
        refuse(malformed->status, malformed->reason);
        return false;
    }
    if (std::holds_alternative<http::NeedMore>(end)) {
        http.scanned = http.input.size();
        return false;
    }
    const std::size_t length = std::get<std::size_t>(end);
    auto head = http::parse_head(std::string_view(http.input).substr(0, length), limits);
    if (!head) {
        refuse(head.error().status, head.error().reason);
        return false;
    }
    http.input.erase(0, length);
    http.scanned = 0;
    http.head = *std::move(head);
    http.head.request.remote = http.remote;
    begin_request(now);
    return true;
}

void Connection::begin_request(base::SteadyTime now) {
    Http& http = *http_;
    ++server_.counters_.requests;
    renewed_ = true;
    if (std::exchange(fresh_, false)) server_.half_open_.erase(id_);
    websocket::Endpoint* endpoint = server_.services_.endpoint;
    const bool owned = endpoint != nullptr && endpoint->owns(http.head.request.path);
    http.service = owned ? static_cast<http::Service*>(endpoint) : &server_.services_.web;
    http.exchange = http::ExchangeId(++server_.last_exchange_);
    http.keep_alive = http.head.keep_alive && !server_.draining_;
    http.stage = Stage::answer;
    if (!server_.requests_.allow(http.remote, now)) return refuse_for_now();
    if (owned && http.head.upgrade_to_websocket) return upgrade(*endpoint, now);
    http::Admission admission = http.service->admit(http.head.request, http.exchange, now);
    if (admission.refusal) {
        if (http.head.body_kind != http::BodyKind::none) http.keep_alive = false;
        return put_response(*admission.refusal);
    }
    http.body = http::BodyReader(http.head, admission.body_bytes_max);
    http.stage = Stage::body;
    if (http.head.expects_continue && http.body.state() == http::BodyReader::State::reading) {
        output_.push(std::string("HTTP/1.1 100 Continue\r\n\r\n"));
    }
}

bool Connection::read_body(base::SteadyTime now) {
    Http& http = *http_;
    using State = http::BodyReader::State;
    const std::size_t used = http.body.feed(http.input);
    // A body that is all there is the usual case, and then nothing is moved.
    if (used == http.input.size()) {
        http.input.clear();
    } else {
        http.input.erase(0, used);
    }
    if (http.body.state() == State::reading) return false;
    if (http.body.state() == State::done) {
        dispatch(now);
        return true;
    }
    const bool too_large = http.body.state() == State::too_large;
    http.stage = Stage::answer;
    http.service->abandoned(http.exchange, now);
    ++server_.counters_.malformed;
    http.keep_alive = false;
    put_response(
        too_large ? http.service->refuse(http.head.request, 413, "the body is too large")
                  : http.service->refuse(http.head.request, 400, "the chunked body is malformed")
    );
    return false;
}

void Connection::dispatch(base::SteadyTime now) {
    Http& http = *http_;
    http.stage = Stage::answer;
    http::Request request = std::move(http.head.request);
    // The method is needed again for the answer.
    http.head.request = {};
    http.head.request.method = request.method;
    renewed_ = true;
    request.body = http.body.take();
    http.service->handle(
        std::move(request), http.exchange, server_.make_respond(id_, http.exchange), now
    );
}

void Connection::respond(http::ExchangeId exchange, const http::Response& response) {
    if (fd_ < 0 || http_ == nullptr || closing_) return;
    if (http_->stage != Stage::answer || http_->exchange != exchange) return;
    put_response(response);
}

void Connection::put_response(const http::Response& response) {
    Http& http = *http_;
    ++server_.counters_.responses.at(response.status / 100);
    if (is_about_size(response.status)) ++server_.counters_.oversized;
    if (server_.draining_) http.keep_alive = false;
    const bool head_only = http.head.request.method == "HEAD";
    std::string bytes = http::serialize_head(
        response, {.keep_alive = http.keep_alive, .date = server_.date(server_.loop_.now())}
    );
    const std::string_view body = response.body.view();
    const bool with_body = !head_only && response.status != 204 && response.status != 304;
    if (with_body && body.size() <= kCopiedBodyBytesMax) bytes.append(body);
    output_.push(std::move(bytes));
    if (with_body && body.size() > kCopiedBodyBytesMax) output_.push(response.body.shared());
    http.stage = Stage::head;
    http.service = nullptr;
    if (!http.keep_alive) closing_ = true;
    mark_dirty();
}

// For requests refused before a service could be chosen, or that none should see.
void Connection::refuse(unsigned status, std::string_view why) {
    Http& http = *http_;
    ++server_.counters_.malformed;
    if (http.stage == Stage::body) http.service->abandoned(http.exchange, server_.loop_.now());
    http.keep_alive = false;
    http.head.request.method.clear();
    put_response({.status = status, .body = std::string(why) + "\n"});
}

// The client asks too often. Its answer is cheap, and nothing of its body is read.
void Connection::refuse_for_now() {
    Http& http = *http_;
    ++server_.counters_.rate_limited;
    if (http.head.body_kind != http::BodyKind::none || http.head.upgrade_to_websocket) {
        http.keep_alive = false;
    }
    http::Response response =
        http.service->refuse(http.head.request, 429, "too many requests from this address");
    response.headers.push_back({"Retry-After", "1"});
    put_response(response);
}

void Connection::upgrade(websocket::Endpoint& endpoint, base::SteadyTime now) {
    Http& http = *http_;
    const http::Request& request = http.head.request;
    http.keep_alive = false;
    if (http.head.body_kind != http::BodyKind::none) {
        return put_response(endpoint.refuse(request, 400, "an upgrade request has no body"));
    }
    if (const auto refusal = endpoint.verify_upgrade(request, now)) return put_response(*refusal);
    auto accepted = websocket::accept(request);
    if (!accepted) {
        http::Response response =
            endpoint.refuse(request, accepted.error().status, accepted.error().reason);
        if (response.status == 426) response.headers.push_back({"Sec-WebSocket-Version", "13"});
        return put_response(response);
    }
    output_.push(*std::move(accepted));
    const std::unique_ptr<Http> done = std::move(http_);
    websocket_ = std::make_unique<WebSocket>(endpoint.message_bytes_max());
    ++server_.counters_.websockets;
    websocket_->peer = endpoint.open(request, *this, now);
    if (!done->input.empty()) on_websocket_input(done->input, now);
}

}  // namespace flightcast::gateway::net
