// SPDX-License-Identifier: Apache-2.0
//
// The websocket side: sessions that begin on one, and the upgrade of those that poll. Until the
// client's upgrade packet nothing but "3probe" is written to a candidate, so the order of messages
// is kept; whatever goes wrong with it costs the candidate and not the session.
#include "base/check.h"
#include "base/planted_bug.h"
#include "gateway/engineio/server.h"

namespace flightcast::gateway::engineio {

using websocket::CloseCode;
using websocket::Frame;
using websocket::MessageKind;
using Stage = WebSocketPeer::Stage;

void WebSocketPeer::on_message(MessageKind kind, std::string_view data, base::SteadyTime now) {
    owner_.on_peer_message(*this, kind, data, now);
}

void WebSocketPeer::on_closed(base::SteadyTime now) {
    owner_.on_peer_closed(*this, now);
}

std::optional<http::Response> Server::verify_upgrade(
    const http::Request& request, base::SteadyTime now
) {
    const auto refusal = judge(request, parameters_of(request), Way::upgrade, now);
    if (!refusal) return std::nullopt;
    return error(*refusal, request, Way::upgrade);
}

std::unique_ptr<websocket::Peer> Server::open(
    const http::Request& request, websocket::Link& link, base::SteadyTime now
) {
    const Parameters parameters = parameters_of(request);
    if (!parameters.has_sid) {
        auto peer = std::make_unique<WebSocketPeer>(*this, link, Stage::active);
        Session& session = create(Transport::websocket, now);
        session.wire = peer.get();
        peer->session = &session;
        link.send(Frame::make(MessageKind::text, {"0", open_packet(session)}));
        handler_.on_open(session.id, request, now);
        return peer;
    }
    Session* session = find(parameters.sid);
    FC_CHECK(session != nullptr);
    const bool taken = session->state != SessionState::open || session->candidate != nullptr ||
                       session->transport == Transport::websocket;
    auto peer = std::make_unique<WebSocketPeer>(*this, link, taken ? Stage::dead : Stage::unprobed);
    if (taken) {
        ++counters_.upgrades_failed;
        link.close(CloseCode::none);
        return peer;
    }
    peer->session = session;
    session->candidate = peer.get();
    ++candidates_;
    upgrades_.set(*peer, now + options_.upgrade_timeout);
    return peer;
}

void Server::on_peer_message(
    WebSocketPeer& peer, MessageKind kind, std::string_view data, base::SteadyTime now
) {
    if (peer.stage == Stage::dead) return;
    if (peer.stage != Stage::active) {
        return on_candidate_text(peer, kind == MessageKind::text ? data : std::string_view(), now);
    }
    Session& session = *peer.session;
    if (kind == MessageKind::binary) {
        heard(session, now);
        ++counters_.messages_in;
        return handler_.on_message(session.id, kind, data, now);
    }
    const auto packet = decode_packet(data);
    if (!packet) return end(session, "parse error", now);
    on_packet(session, *packet, now);
}

void Server::on_candidate_text(WebSocketPeer& peer, std::string_view data, base::SteadyTime now) {
    if (data.starts_with('5')) return switch_to(peer, now);  // Some send more with it.
    if (data != "2probe") return drop_candidate(peer);
    peer.stage = Stage::probed;
    peer.link.send(Frame::make(MessageKind::text, {"3probe"}));
    // The client upgrades when its poll has been answered.
    Session& session = *peer.session;
    if (!session.poll) return;
    if (session.queue.empty()) {
        answer_poll(session, "6");
    } else {
        answer_poll_with_queue(session);
    }
}

void Server::switch_to(WebSocketPeer& peer, base::SteadyTime now) {
    Session& session = *peer.session;
    upgrades_.clear(peer);
    peer.stage = Stage::active;
    session.candidate = nullptr;
    --candidates_;
    session.wire = &peer;
    session.transport = Transport::websocket;
    if (session.poll) answer_poll(session, "6");
    // A body that is still on its way belongs to the old transport, and so does its end.
    if (session.post) exchanges_.erase(*std::exchange(session.post, std::nullopt));
    for (const Frame& frame : session.queue.take_all()) {
        if (!base::is_planted(base::PlantedBug::upgrade_drops_packets)) peer.link.send(frame);
    }
    // A ping may have been lost with the old transport, so the schedule starts anew.
    session.pong_awaited = false;
    heartbeats_.set(session, now + options_.ping_interval);
    ++counters_.upgrades;
}

void Server::drop_candidate(WebSocketPeer& peer) {
    upgrades_.clear(peer);
    peer.session->candidate = nullptr;
    --candidates_;
    peer.session = nullptr;
    peer.stage = Stage::dead;
    peer.link.close(CloseCode::none);
    ++counters_.upgrades_failed;
}

void Server::on_peer_closed(WebSocketPeer& peer, base::SteadyTime now) {
    if (peer.stage == Stage::dead) return;
    Session& session = *peer.session;
    if (peer.stage != Stage::active) return drop_candidate(peer);
    peer.stage = Stage::dead;
    peer.session = nullptr;
    session.wire = nullptr;
    end(session, "transport close", now);
}

}  // namespace flightcast::gateway::engineio
