// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/wire_testing.h"

#include <utility>
#include <variant>

namespace flightcast::gateway::http {
namespace {

std::string bytes_of(const Response& response, bool keep_alive) {
    std::string bytes = serialize_head(response, {.keep_alive = keep_alive});
    return bytes.append(response.body.view());
}

}  // namespace

void WireClient::answer(const Response& response, bool keep_alive) {
    answers_->append(bytes_of(response, keep_alive));
    in_body_ = false;
    is_over_ = is_over_ || !keep_alive;
}

void WireClient::send(std::string_view bytes, base::SteadyTime now) {
    input_.append(bytes);
    while (!is_over_ && step(now)) {
    }
}

void WireClient::leave(base::SteadyTime now) {
    is_over_ = true;
    if (in_body_ || (is_waiting_ && *is_waiting_)) service_.abandoned(exchange_, now);
    answers_ = std::make_shared<std::string>();
}

// Reads a head, and asks whether its request may go on.
bool WireClient::begin(base::SteadyTime now) {
    const auto end = find_head_end(input_, 0, {});
    if (std::holds_alternative<NeedMore>(end)) return false;
    if (const auto* malformed = std::get_if<Malformed>(&end)) {
        answer({.status = malformed->status, .body = malformed->reason}, false);
        return false;
    }
    const std::size_t size = std::get<std::size_t>(end);
    auto head = parse_head(std::string_view(input_).substr(0, size), {});
    input_.erase(0, size);
    if (!head) {
        answer({.status = head.error().status, .body = head.error().reason}, false);
        return false;
    }
    head_ = *std::move(head);
    exchange_ = ExchangeId(++exchanges_);
    const Admission admission = service_.admit(head_.request, exchange_, now);
    if (admission.refusal) {
        answer(*admission.refusal, head_.keep_alive && head_.body_kind == BodyKind::none);
        return !is_over_;
    }
    body_ = BodyReader(head_, admission.body_bytes_max);
    in_body_ = true;
    return true;
}

bool WireClient::step(base::SteadyTime now) {
    if (is_waiting_ && *is_waiting_) return false;
    if (!in_body_) return begin(now);
    input_.erase(0, body_.feed(input_));
    if (body_.state() == BodyReader::State::reading) return false;
    if (body_.state() != BodyReader::State::done) {
        const bool too_large = body_.state() == BodyReader::State::too_large;
        service_.abandoned(exchange_, now);
        answer(service_.refuse(head_.request, too_large ? 413 : 400, "the body"), false);
        return false;
    }
    in_body_ = false;
    head_.request.body = body_.take();
    is_waiting_ = std::make_shared<bool>(true);
    service_.handle(
        std::move(head_.request),
        exchange_,
        [answers = answers_,
         waiting = is_waiting_,
         keep_alive = head_.keep_alive](const Response& response) {
            *waiting = false;
            answers->append(bytes_of(response, keep_alive));
        },
        now
    );
    is_over_ = is_over_ || !head_.keep_alive;
    return true;
}

}  // namespace flightcast::gateway::http
