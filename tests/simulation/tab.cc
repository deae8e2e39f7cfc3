// SPDX-License-Identifier: Apache-2.0
#include "tab.h"

#include <utility>

namespace flightcast::simulation {

using base::SteadyTime;
using gateway::websocket::MessageKind;

void Wire::send(gateway::websocket::Frame frame) {
    if (is_closing) return;
    sent_.emplace_back(frame.payload());
    bytes_ += sent_.back().size();
}

std::vector<std::string> Wire::take() {
    bytes_ = 0;
    return std::exchange(sent_, {});
}

std::shared_ptr<Wire> Gate::open(const std::string& query, SteadyTime now) {
    gateway::http::Request request{
        .method = "GET", .path = "/socket.io/", .query = "EIO=4&transport=websocket" + query
    };
    request.headers.add("Host", "localhost");
    if (endpoint.verify_upgrade(request, now)) return nullptr;
    auto wire = std::make_shared<Wire>();
    wires_.push_back(wire);
    wire->peer = endpoint.open(request, *wire, now);
    endpoint.flush(now);
    return wire;
}

void Gate::settle(SteadyTime now) {
    for (const std::shared_ptr<Wire>& wire : wires_) {
        if (!wire->is_closing || wire->is_closed) continue;
        wire->is_closed = true;
        wire->peer->on_closed(now);
    }
    std::erase_if(wires_, [](const auto& wire) { return wire->is_closed; });
}

bool Tab::connect(const std::shared_ptr<Gate>& gate, bool by_polling, SteadyTime now) {
    gate->polling.now = now;
    if (by_polling) {
        poll_ = gate->polling.get("transport=polling");
        const bool is_taken = poll_->response && poll_->response->status == 200;
        if (!is_taken) return poll_.reset(), false;
    } else {
        wire_ = gate->open("", now);
        if (wire_ == nullptr) return false;
    }
    gate_ = gate;
    is_reading_ = true;
    return true;
}

bool Tab::upgrade(SteadyTime now, std::size_t pause) {
    if (!is_polling() || candidate_ != nullptr || sid_.empty() || !is_reading_) return false;
    candidate_ = gate_->open("&sid=" + sid_, now);
    if (candidate_ == nullptr) return false;
    pause_ = pause;
    candidate_->peer->on_message(MessageKind::text, "2probe", now);
    gate_->endpoint.flush(now);
    return true;
}

void Tab::disconnect(SteadyTime now) {
    if (!is_connected()) return;
    const std::shared_ptr<Gate> gate = gate_;
    if (wire_ != nullptr && !wire_->is_closed) {
        wire_->is_closing = wire_->is_closed = true;
        wire_->peer->on_closed(now);
    } else if (wire_ == nullptr) {
        send("1", now);
    }
    vanish();
    gate->endpoint.flush(now);
}

void Tab::vanish() {
    gate_.reset();
    wire_.reset();
    candidate_.reset();
    poll_.reset();
    is_probed_ = false;
    is_in_namespace_ = false;
    is_reading_ = true;
    sid_.clear();
    outbox_.clear();
}

void Tab::lose() {
    vanish();
    events_.on_lost();
}

void Tab::read(bool reads) {
    is_reading_ = reads;
    if (wire_ != nullptr) wire_->is_stalled = !reads;
}

void Tab::join(const base::Uuid& id, SteadyTime now) {
    const std::string packet = R"(42["join",{"request_id":")" + id.to_string() + "\"}]";
    if (!is_in_namespace_) {
        outbox_.push_back(packet);
    } else {
        send(packet, now);
    }
}

void Tab::send(std::string packet, SteadyTime now) {
    if (wire_ != nullptr) {
        if (wire_->is_closed) return;
        wire_->peer->on_message(MessageKind::text, packet, now);
        gate_->endpoint.flush(now);
        return;
    }
    gate_->polling.now = now;
    gate_->polling.post("transport=polling&sid=" + sid_, std::move(packet));
}

void Tab::handle(std::string_view packet, SteadyTime now) {
    if (packet.starts_with('0')) {
        const std::size_t at = packet.find("\"sid\":\"") + 7;
        sid_ = packet.substr(at, packet.find('"', at) - at);
        send("40", now);
    } else if (packet.starts_with('2')) {
        send("3", now);
    } else if (packet.starts_with("40")) {
        is_in_namespace_ = true;
        for (std::string& waiting : std::exchange(outbox_, {})) send(std::move(waiting), now);
    } else if (packet.starts_with("42[\"")) {
        const std::size_t end = packet.find('"', 4);
        const std::size_t payload = packet.find(',', end);
        events_.on_event(
            packet.substr(4, end - 4), packet.substr(payload + 1, packet.size() - payload - 2)
        );
    } else if (packet == "1" || packet.starts_with("41") || packet.starts_with("44")) {
        lose();
    }
}

void Tab::take_poll(SteadyTime now) {
    if (poll_ != nullptr && !poll_->response) return;
    if (poll_ != nullptr) {
        const auto answered = std::exchange(poll_, nullptr);
        if (answered->response->status != 200) return lose();
        const std::string body(answered->response->body.view());
        for (std::size_t at = 0; is_connected() && at <= body.size();) {
            const std::size_t end = std::min(body.find('\x1e', at), body.size());
            handle(std::string_view(body).substr(at, end - at), now);
            at = end + 1;
        }
    }
    // While it upgrades, it waits for the websocket.
    if (!is_connected() || wire_ != nullptr || is_probed_) return;
    gate_->polling.now = now;
    poll_ = gate_->polling.get("transport=polling&sid=" + sid_);
}

void Tab::step_upgrade(SteadyTime now) {
    if (candidate_->is_closed) {
        candidate_.reset();
        is_probed_ = false;
        return;
    }
    for (const std::string& packet : candidate_->take()) is_probed_ |= packet == "3probe";
    const bool is_polled_out = poll_ == nullptr || poll_->response.has_value();
    if (!is_probed_ || !is_polled_out) return;
    take_poll(now);
    if (pause_ > 0) {
        --pause_;
        return;
    }
    if (!is_connected() || candidate_ == nullptr || candidate_->is_closed) return;
    wire_ = std::exchange(candidate_, nullptr);
    is_probed_ = false;
    wire_->peer->on_message(MessageKind::text, "5", now);
    gate_->endpoint.flush(now);
}

void Tab::pump(SteadyTime now) {
    if (!is_connected() || !is_reading_) return;
    if (wire_ == nullptr) take_poll(now);
    if (is_connected() && candidate_ != nullptr) step_upgrade(now);
    if (!is_connected() || wire_ == nullptr) return;
    for (const std::string& packet : wire_->take()) {
        if (is_connected()) handle(packet, now);
    }
    if (is_connected() && wire_ != nullptr && wire_->is_closed) lose();
}

}  // namespace flightcast::simulation
