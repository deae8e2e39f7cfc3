// SPDX-License-Identifier: Apache-2.0
//
// The parts that HTTP and websockets share: readiness, output, time limits, and the end. A
// connection that we end sends its queue, closes its own direction and reads on for a while:
// closing with unread bytes would make the kernel reset it, and the peer could lose our last words.
#include "gateway/net/connection.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/check.h"
#include "gateway/net/server.h"

namespace flightcast::gateway::net {

Connection::Connection(Server& server, ConnectionId id, int fd, std::string remote)
    : server_(server), id_(id), fd_(fd), http_(std::make_unique<Http>()) {
    http_->remote = std::move(remote);
}

Connection::~Connection() {
    if (fd_ >= 0) ::close(fd_);
}

void Connection::on_ready(std::uint32_t events, base::SteadyTime now) {
    if (fd_ < 0) return;
    if ((events & EPOLLERR) != 0) return destroy(now);
    if ((events & EPOLLOUT) != 0) mark_dirty();
    const bool resumes = (events & EPOLLOUT) != 0 && tls_ != nullptr && tls_->wants_to_write();
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLRDHUP)) != 0 || resumes) read(now);
    if (fd_ >= 0) mark_dirty();
}

// Whether the client begins with HTTP where TLS is spoken. Its bytes stay where they are.
bool Connection::begins_in_plain_text() {
    if (tls_ == nullptr || began_) return false;
    char first = 0;
    if (::recv(fd_, &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1) return false;
    began_ = true;
    return first >= 'A' && first <= 'Z';  // TLS begins with 22.
}

void Connection::read(base::SteadyTime now) {
    using Outcome = TlsStream::Read::Outcome;
    if (begins_in_plain_text()) {
        tls_.reset();
        return refuse(400, "this port speaks TLS: ask with https:// instead of http://");
    }
    const TlsStream::Read got = receive(server_.read_buffer_);
    if (got.outcome == Outcome::nothing) return;
    if (got.outcome == Outcome::failed) return destroy(now);
    if (got.outcome == Outcome::end) return on_end_of_input(now);
    const std::span<char> bytes = std::span(server_.read_buffer_).first(got.count);
    server_.counters_.bytes_in += bytes.size();
    if (ended_ || (closing_ && websocket_ == nullptr)) return;
    if (websocket_ != nullptr) return on_websocket_input(bytes, now);
    http_->input.append(bytes.data(), bytes.size());
    on_http_input(now);
}

TlsStream::Read Connection::receive(std::span<char> buffer) {
    using Outcome = TlsStream::Read::Outcome;
    if (tls_ != nullptr) return tls_->read(buffer);
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (got > 0) return {Outcome::bytes, static_cast<std::size_t>(got)};
    if (got == 0) return {Outcome::end};
    return {errno == EAGAIN || errno == EINTR ? Outcome::nothing : Outcome::failed};
}

WriteOutcome Connection::transmit() {
    std::size_t written = 0;
    const WriteOutcome outcome =
        tls_ != nullptr ? tls_->write(output_, written) : output_.write(fd_, written);
    server_.counters_.bytes_out += written;
    progress_ = written > 0;
    return outcome;
}

void Connection::on_end_of_input(base::SteadyTime now) {
    // A client may close its direction and still wait for the answer; a poll is a wait for news,
    // and the client is not there to hear them.
    const bool answering = http_ != nullptr && http_->stage == Stage::answer && !closing_ &&
                           http_->service == &server_.services_.web;
    const bool answered = closing_ || (http_ != nullptr && http_->stage == Stage::head);
    const bool sending = answered && !ended_ && !output_.empty();
    if (!answering && !sending && !has_requests()) return destroy(now);
    half_closed_ = true;
    mark_dirty();
}

// Whether there is input that was not looked at yet.
bool Connection::has_requests() const {
    return http_ != nullptr && http_->stage == Stage::head && !closing_ &&
           http_->scanned < http_->input.size();
}

// The client has sent all it will, and all of it was answered.
bool Connection::is_over() const {
    return half_closed_ && http_ != nullptr && http_->stage == Stage::head && !has_requests();
}

void Connection::mark_dirty() {
    if (dirty_) return;
    dirty_ = true;
    server_.dirty_.push_back(id_);
}

void Connection::flush(base::SteadyTime now) {
    if (fd_ >= 0 && http_ != nullptr) on_http_input(now);
    dirty_ = false;
    if (fd_ < 0) return;
    const WriteOutcome outcome = transmit();
    if (outcome == WriteOutcome::failed) return destroy(now);
    blocked_ = outcome == WriteOutcome::blocked;
    if (outcome == WriteOutcome::all && is_over()) closing_ = true;
    if (outcome == WriteOutcome::all && closing_ && !ended_) finish_output();
    // Requests that waited for the output to shrink may go on now.
    if (outcome == WriteOutcome::all && http_ != nullptr && !http_->input.empty() && progress_ &&
        http_->stage == Stage::head && !closing_) {
        mark_dirty();
    }
    update_interest();
    update_wait(now);
}

void Connection::finish_output() {
    ended_ = true;
    if (tls_ != nullptr) tls_->finish();
    ::shutdown(fd_, SHUT_WR);
}

void Connection::update_interest() {
    const bool ahead = http_ != nullptr &&
                       http_->input.size() >= base::limits::kHttpPipelineBytesMax &&
                       http_->stage != Stage::body && !closing_;
    std::uint32_t events = 0;
    if (!ahead && !half_closed_) events |= EPOLLIN | EPOLLRDHUP;
    if (blocked_ || (tls_ != nullptr && tls_->wants_to_write())) events |= EPOLLOUT;
    watch_for(events);
}

void Connection::watch_for(std::uint32_t events) {
    if (events == interest_) return;
    interest_ = events;
    server_.loop_.rewatch(fd_, events, *this);
}

Connection::Wait Connection::current_wait() const {
    if (blocked_) return Wait::reader;
    if (closing_) return Wait::peer_close;
    if (websocket_ != nullptr)
        return websocket_->decoder.in_message() ? Wait::frame : Wait::nothing;
    switch (http_->stage) {
        case Stage::head:
            return http_->input.empty() ? Wait::request : Wait::head;
        case Stage::body:
            return Wait::body;
        case Stage::answer:
            return Wait::nothing;
    }
    return Wait::nothing;
}

void Connection::update_wait(base::SteadyTime now) {
    const Wait wait = current_wait();
    const bool renewed = std::exchange(renewed_, false);
    const bool goes_on = wait == Wait::reader ? !progress_ : !renewed;
    if (wait == wait_ && goes_on) return;
    wait_ = wait;
    const ServerOptions& options = server_.options_;
    switch (wait) {
        case Wait::nothing:
            return server_.deadlines_.clear(*this);
        case Wait::request:
            return server_.deadlines_.set(
                *this, now + (fresh_ ? options.head_timeout : options.idle_timeout)
            );
        case Wait::head:
            return server_.deadlines_.set(*this, now + options.head_timeout);
        case Wait::body:
        case Wait::frame:
            return server_.deadlines_.set(*this, now + options.body_timeout);
        case Wait::reader:
            return server_.deadlines_.set(*this, now + options.send_timeout);
        case Wait::peer_close:
            return server_.deadlines_.set(*this, now + options.linger_timeout);
    }
}

void Connection::expire(base::SteadyTime now) {
    if (wait_ == Wait::head || wait_ == Wait::body) {
        ++server_.counters_.slow_senders;
        wait_ = Wait::nothing;
        refuse(408, "the request took too long to arrive");
        return mark_dirty();
    }
    if (wait_ == Wait::frame) ++server_.counters_.slow_senders;
    if (wait_ == Wait::reader) ++server_.counters_.slow_readers;
    destroy(now);
}

void Connection::drain(base::SteadyTime now) {
    if (http_ == nullptr || closing_) return;
    http_->keep_alive = false;
    if (http_->stage == Stage::head && http_->input.empty() && output_.empty()) destroy(now);
}

void Connection::destroy(base::SteadyTime now) {
    if (fd_ < 0) return;
    server_.loop_.unwatch(fd_);
    ::close(fd_);
    fd_ = -1;
    server_.deadlines_.clear(*this);
    if (fresh_) server_.half_open_.erase(id_);
    if (http_ != nullptr && http_->stage != Stage::head && http_->service != nullptr) {
        http_->stage = Stage::head;
        http_->service->abandoned(http_->exchange, now);
    }
    if (websocket_ != nullptr) tell_closed(now);
    server_.bury(*this);
}

}  // namespace flightcast::gateway::net
