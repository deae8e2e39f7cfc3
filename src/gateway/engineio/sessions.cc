// SPDX-License-Identifier: Apache-2.0
//
// The life of a session on whatever transport: packets, heartbeat, queue, end.
#include "gateway/engineio/server.h"

namespace flightcast::gateway::engineio {
namespace {

using websocket::CloseCode;
using websocket::Frame;
using websocket::MessageKind;

const Frame& ping_frame() {
    static const Frame frame = Frame::make(MessageKind::text, {"2"});
    return frame;
}

const Frame& close_packet_frame() {
    static const Frame frame = Frame::make(MessageKind::text, {"1"});
    return frame;
}

long long milliseconds(std::chrono::microseconds duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

Session* Server::find(SessionId id) const {
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : found->second.get();
}

Session* Server::find(std::string_view sid) const {
    const auto found = by_sid_.find(sid);
    return found == by_sid_.end() ? nullptr : found->second;
}

Session& Server::create(Transport transport, base::SteadyTime now) {
    auto owned = std::make_unique<Session>();
    Session& session = *owned;
    session.id = SessionId(++last_id_);
    session.sid = secret_ids_.next();
    session.transport = transport;
    sessions_.emplace(session.id, std::move(owned));
    by_sid_.emplace(session.sid, &session);
    heartbeats_.set(session, now + options_.ping_interval);
    ++counters_.opened;
    return session;
}

std::string Server::open_packet(const Session& session) const {
    const bool may_upgrade = session.transport == Transport::polling && options_.allow_websocket &&
                             options_.allow_upgrades;
    return R"({"sid":")" + session.sid + R"(","upgrades":)" +
           (may_upgrade ? R"(["websocket"])" : "[]") + R"(,"pingInterval":)" +
           std::to_string(milliseconds(options_.ping_interval)) + R"(,"pingTimeout":)" +
           std::to_string(milliseconds(options_.ping_timeout)) + R"(,"maxPayload":)" +
           std::to_string(options_.max_payload) + "}";
}

void Server::send(SessionId id, const Frame& frame) {
    Session* session = find(id);
    if (session == nullptr || session->state != SessionState::open) return;
    ++counters_.messages_out;
    std::size_t queued = 0;
    if (session->transport == Transport::websocket) {
        session->wire->link.send(frame);
        queued = session->wire->link.queued_bytes();
    } else {
        session->queue.push(frame);
        queued = session->queue.bytes();
        if (session->poll && !std::exchange(session->dirty, true)) dirty_.push_back(id);
    }
    if (queued > options_.queued_bytes_max && !std::exchange(session->overflowed, true)) {
        overflowed_.push_back(id);
    }
}

bool Server::writable(SessionId id) const {
    const Session* session = find(id);
    if (session == nullptr || session->state != SessionState::open) return false;
    if (session->transport == Transport::websocket) return !session->wire->link.blocked();
    return session->poll.has_value();
}

void Server::on_packet(Session& session, const Packet& packet, base::SteadyTime now) {
    switch (packet.type) {
        case PacketType::message:
            heard(session, now);
            ++counters_.messages_in;
            return handler_.on_message(session.id, MessageKind::text, packet.data, now);
        case PacketType::pong:
            return on_pong(session, now);
        case PacketType::close:
            return end(session, "transport close", now, "6");
        case PacketType::ping:
            return end(session, "transport error", now);  // Ours alone to send.
        case PacketType::open:
        case PacketType::upgrade:
        case PacketType::noop:
            return heard(session, now);
    }
}

// An unsolicited pong changes nothing.
void Server::on_pong(Session& session, base::SteadyTime now) {
    if (!session.pong_awaited) return;
    session.pong_awaited = false;
    heartbeats_.set(session, now + options_.ping_interval);
}

void Server::heard(Session& session, base::SteadyTime now) {
    if (!session.pong_awaited || std::exchange(session.pong_extended, true)) return;
    heartbeats_.set(session, now + options_.ping_timeout);
}

void Server::close(SessionId id, std::string_view reason, base::SteadyTime now) {
    Session* session = find(id);
    if (session == nullptr || session->state != SessionState::open) return;
    if (session->transport == Transport::websocket) return end(*session, reason, now);
    send(id, close_packet_frame());
    if (session->poll) answer_poll_with_queue(*session);
    if (session->queue.empty()) return end(*session, reason, now);
    session->state = SessionState::closing;
    drop_wires(*session);
    heartbeats_.set(*session, now + options_.close_timeout);
    handler_.on_close(id, reason, now);
}

void Server::close_soon(SessionId id) {
    unwanted_.push_back(id);
}

// `last_payload` answers a waiting poll.
void Server::end(
    Session& session, std::string_view reason, base::SteadyTime now, std::string_view last_payload
) {
    if (session.state == SessionState::closed) return;
    const bool told = session.state == SessionState::closing;
    session.state = SessionState::closed;
    if (session.poll) answer_poll(session, last_payload);
    forget(session);
    if (!told) handler_.on_close(session.id, reason, now);
}

void Server::forget(Session& session) {
    session.state = SessionState::closed;
    drop_wires(session);
    heartbeats_.clear(session);
    if (session.post) exchanges_.erase(*session.post);
    by_sid_.erase(session.sid);
    const auto owner = sessions_.find(session.id);
    graveyard_.push_back(std::move(owner->second));
    sessions_.erase(owner);
}

void Server::drop_wires(Session& session) {
    if (session.candidate != nullptr) drop_candidate(*session.candidate);
    if (session.wire == nullptr) return;
    session.wire->stage = WebSocketPeer::Stage::dead;
    session.wire->session = nullptr;
    session.wire->link.close(session.close_code);
    session.wire = nullptr;
}

void Server::flush(base::SteadyTime now) {
    // Handlers may send while sessions are closed here, so the lists may grow.
    for (std::size_t i = 0; i < overflowed_.size(); ++i) {
        if (Session* session = find(overflowed_[i])) {
            ++counters_.overflows;
            session->close_code = CloseCode::policy;
            end(*session, "transport error", now);
        }
    }
    overflowed_.clear();
    for (std::size_t i = 0; i < unwanted_.size(); ++i) {
        close(unwanted_[i], "server disconnect", now);
    }
    unwanted_.clear();
    for (std::size_t i = 0; i < dirty_.size(); ++i) {
        Session* session = find(dirty_[i]);
        if (session == nullptr) continue;
        session->dirty = false;
        if (session->poll && !session->queue.empty()) answer_poll_with_queue(*session);
    }
    dirty_.clear();
    handler_.on_flush();
    graveyard_.clear();
}

void Server::close_all(base::SteadyTime now) {
    leaving_ = true;
    std::vector<SessionId> ids;
    ids.reserve(sessions_.size());
    for (const auto& [id, session] : sessions_) ids.push_back(id);
    for (const SessionId id : ids) {
        Session* session = find(id);
        if (session == nullptr) continue;
        session->close_code = CloseCode::going_away;
        close(id, "server shutting down", now);
    }
}

std::optional<base::SteadyTime> Server::next_deadline() const {
    return base::earlier(
        base::earlier(heartbeats_.next(), upgrades_.next()), handler_.next_deadline()
    );
}

void Server::expire(base::SteadyTime now) {
    while (Session* session = heartbeats_.take_due(now)) expire_session(*session, now);
    while (WebSocketPeer* peer = upgrades_.take_due(now)) drop_candidate(*peer);
    handler_.expire(now);
}

void Server::expire_session(Session& session, base::SteadyTime now) {
    if (session.state == SessionState::closing) return forget(session);
    if (session.pong_awaited) {
        ++counters_.ping_timeouts;
        return end(session, "ping timeout", now);
    }
    session.pong_awaited = true;
    session.pong_extended = false;
    heartbeats_.set(session, now + options_.ping_timeout);
    send(session.id, ping_frame());
}

// A poll after the end of its session's time is too late, even if the end was not noticed yet.
// Bodies are let in: the pong that is awaited may be in one that was held up.
void Server::end_if_overdue(std::string_view sid, base::SteadyTime now) {
    Session* session = find(sid);
    if (session == nullptr || !session->pong_awaited || session->deadline > now) return;
    heartbeats_.clear(*session);
    expire_session(*session, now);
}

Counters Server::counters() const {
    Counters snapshot = counters_;
    for (const auto& [id, session] : sessions_) {
        ++(session->transport == Transport::polling ? snapshot.polling_sessions
                                                    : snapshot.websocket_sessions);
    }
    return snapshot;
}

}  // namespace flightcast::gateway::engineio
