// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/deadlines.h"
#include "base/strong_id.h"
#include "gateway/http/body_reader.h"
#include "gateway/http/head.h"
#include "gateway/http/service.h"
#include "gateway/net/event_loop.h"
#include "gateway/net/output_queue.h"
#include "gateway/net/tls.h"
#include "gateway/websocket/decoder.h"
#include "gateway/websocket/endpoint.h"

namespace flightcast::gateway::net {

class Server;

using ConnectionId = base::StrongId<struct ConnectionIdTag, std::uint64_t>;

// One accepted socket: HTTP/1.1 requests one after the other, or a websocket from its upgrade on.
// Moves bytes between the socket and the machines; its output waits for flush().
//
// One request is in work at a time; a client's bytes ahead of its answer are kept, up to a bound.
//
// Thread-safety: the I/O thread only.
class Connection final : public Watcher, public websocket::Link {
  public:
    Connection(Server& server, ConnectionId id, int fd, std::string remote);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void on_ready(std::uint32_t events, base::SteadyTime now) override;

    // Answers the request in work, if it is still that one.
    void respond(http::ExchangeId exchange, const http::Response& response);

    // Goes on with the input that was read ahead and writes the queue.
    void flush(base::SteadyTime now);

    void expire(base::SteadyTime now);

    // Ends it as soon as nothing is in work.
    void drain(base::SteadyTime now);

    // Ends it now. The object lives on until the loop's next sweep.
    void destroy(base::SteadyTime now);

    void send(websocket::Frame frame) override;
    void close(websocket::CloseCode code) override;
    std::size_t queued_bytes() const override { return output_.cost(); }
    bool blocked() const override { return blocked_; }

    [[nodiscard]] ConnectionId id() const { return id_; }
    [[nodiscard]] bool is_websocket() const { return websocket_ != nullptr; }

    base::SteadyTime deadline = base::kNoDeadline;

  private:
    friend class Server;

    // The events that are waited for, each with its own time limit.
    enum class Wait : std::uint8_t { nothing, request, head, body, frame, reader, peer_close };

    enum class Stage : std::uint8_t { head, body, answer };

    struct Http {
        std::string remote;
        std::string input;        // not yet understood
        std::size_t scanned = 0;  // of input, without the end of a head
        Stage stage = Stage::head;
        http::Head head;
        http::BodyReader body;
        http::Service* service = nullptr;
        http::ExchangeId exchange;
        bool keep_alive = true;
    };

    struct WebSocket {
        explicit WebSocket(std::size_t message_bytes_max) : decoder(message_bytes_max) {}

        websocket::Decoder decoder;
        std::unique_ptr<websocket::Peer> peer;  // until it has been told on_closed
    };

    // connection.cc
    [[nodiscard]] bool begins_in_plain_text();
    void read(base::SteadyTime now);
    [[nodiscard]] TlsStream::Read receive(std::span<char> buffer);
    [[nodiscard]] WriteOutcome transmit();
    void on_end_of_input(base::SteadyTime now);
    [[nodiscard]] bool has_requests() const;
    [[nodiscard]] bool is_over() const;
    void mark_dirty();
    void watch_for(std::uint32_t events);
    void update_interest();
    void update_wait(base::SteadyTime now);
    [[nodiscard]] Wait current_wait() const;
    void finish_output();

    // connection_http.cc
    void on_http_input(base::SteadyTime now);
    bool step_http(base::SteadyTime now);
    bool read_head(base::SteadyTime now);
    bool read_body(base::SteadyTime now);
    void begin_request(base::SteadyTime now);
    void dispatch(base::SteadyTime now);
    void upgrade(websocket::Endpoint& endpoint, base::SteadyTime now);
    void refuse(unsigned status, std::string_view why);
    void refuse_for_now();
    void put_response(const http::Response& response);

    // connection_websocket.cc
    void on_websocket_input(std::span<char> bytes, base::SteadyTime now);
    void tell_closed(base::SteadyTime now);

    Server& server_;
    const ConnectionId id_;
    int fd_;
    std::uint32_t interest_ = 0;
    Wait wait_ = Wait::nothing;
    bool dirty_ = false;
    bool busy_ = false;         // in a call of its own that goes on with the input
    bool blocked_ = false;      // the kernel takes no more for now
    bool half_closed_ = false;  // the client sends no more, but may wait for its answer
    bool progress_ = false;     // it took something since the wait for it began
    bool began_ = false;        // with TLS: the first byte has come
    bool fresh_ = true;         // no request has arrived yet
    bool renewed_ = false;      // a request or message ended, so the next wait is another
    bool closing_ = false;      // no more is queued; closed when all is written
    bool ended_ = false;        // all is written and our side closed; waits for the peer's
    OutputQueue output_;
    std::unique_ptr<TlsStream> tls_;  // when the server speaks it
    std::unique_ptr<Http> http_;
    std::unique_ptr<WebSocket> websocket_;
};

}  // namespace flightcast::gateway::net
