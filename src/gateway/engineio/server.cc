// SPDX-License-Identifier: Apache-2.0
//
// The HTTP side: which requests are right, handshakes, polls and posts. The order of the checks and
// the bodies of the errors are those of the official server.
#include "gateway/engineio/server.h"

#include <array>

#include "base/check.h"
#include "gateway/http/query.h"
#include "gateway/http/text.h"

namespace flightcast::gateway::engineio {
namespace {

constexpr std::string_view kVersion = "4";
constexpr const char* kRetryAfterSeconds = "5";
constexpr std::array<std::string_view, 6> kErrorMessages = {
    "Transport unknown",
    "Session ID unknown",
    "Bad handshake method",
    "Bad request",
    "Forbidden",
    "Unsupported protocol version",
};

void append(std::vector<http::Header>& headers, std::vector<http::Header> more) {
    headers.insert(
        headers.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())
    );
}

}  // namespace

Server::Server(Options options, Handler& handler, base::Random& random)
    : options_(std::move(options)),
      origins_(options_.cors_origins, options_.cors_credentials),
      handler_(handler),
      secret_ids_(random),
      handshakes_(options_.handshake_rate) {
    FC_CHECK(options_.path.starts_with('/'));
}

// Only the fields that are read here matter; clients and proxies add more.
Server::Parameters Server::parameters_of(const http::Request& request) {
    const http::Query query = http::Query::parse(request.query);
    Parameters parameters;
    parameters.transport = query.find("transport").value_or("");
    parameters.sid = query.find("sid").value_or("");
    parameters.has_sid = !parameters.sid.empty();
    parameters.version = query.count("EIO") == 1 ? *query.find("EIO") : "";
    return parameters;
}

std::optional<ErrorCode> Server::verify(
    const http::Request& request, const Parameters& parameters, Way way
) const {
    const bool polling = parameters.transport == "polling" && options_.allow_polling;
    const bool websocket = parameters.transport == "websocket" && options_.allow_websocket;
    if (!polling && !websocket) return ErrorCode::unknown_transport;
    if (!origins_.allows(request)) return ErrorCode::forbidden;
    if (parameters.has_sid) {
        const Session* session = find(parameters.sid);
        if (session == nullptr) return ErrorCode::unknown_sid;
        const bool polls = polling && session->transport == Transport::polling;
        const bool fits = way == Way::upgrade ? websocket && options_.allow_upgrades : polls;
        if (!fits || parameters.version != kVersion) return ErrorCode::bad_request;
        return std::nullopt;
    }
    if (request.method != "GET") return ErrorCode::bad_handshake_method;
    if (websocket != (way == Way::upgrade)) return ErrorCode::bad_request;
    return std::nullopt;
}

// The checks that only a new session has to pass.
std::optional<Server::Refusal> Server::verify_handshake(
    const http::Request& request, const Parameters& parameters, base::SteadyTime now
) {
    if (options_.refuse_handshake) {
        if (auto why = options_.refuse_handshake(request)) {
            return Refusal{ErrorCode::forbidden, 403, *std::move(why)};
        }
    }
    if (parameters.version != kVersion) return Refusal{ErrorCode::unsupported_version};
    if (leaving_) return Refusal{ErrorCode::forbidden, 503, "The server shuts down", true};
    if (sessions_.size() >= options_.sessions_max) {
        ++counters_.sessions_refused;
        return Refusal{ErrorCode::forbidden, 503, "Too many sessions", true};
    }
    if (!handshakes_.allow(request.remote, now)) {
        ++counters_.handshakes_limited;
        return Refusal{ErrorCode::forbidden, 429, "Too many handshakes", true};
    }
    return std::nullopt;
}

// All that can be said of a request before its body.
std::optional<Server::Refusal> Server::judge(
    const http::Request& request, const Parameters& parameters, Way way, base::SteadyTime now
) {
    if (const auto code = verify(request, parameters, way)) {
        return Refusal{*code, *code == ErrorCode::forbidden ? 403U : 400U};
    }
    if (!parameters.has_sid) return verify_handshake(request, parameters, now);
    if (way == Way::upgrade && candidates_ >= options_.upgrades_max) {
        ++counters_.upgrades_refused;
        return Refusal{ErrorCode::forbidden, 503, "Too many upgrades", true};
    }
    return std::nullopt;
}

// As the official server words it: JSON for a request, the bare message for an upgrade.
http::Response Server::error(const Refusal& refusal, const http::Request& request, Way way) {
    const auto number = static_cast<std::size_t>(refusal.code);
    ++counters_.errors.at(number);
    std::string message =
        refusal.message.empty() ? std::string(kErrorMessages.at(number)) : refusal.message;
    http::Response response{.status = refusal.status, .headers = origins_.headers_for(request)};
    if (refusal.later) response.headers.push_back({"Retry-After", kRetryAfterSeconds});
    if (way == Way::upgrade) {
        response.content_type = "text/html";
        response.body = std::move(message);
        return response;
    }
    response.content_type = "application/json";
    response.body = R"({"code":)" + std::to_string(number) + R"(,"message":")" + message + "\"}";
    return response;
}

http::Response Server::refuse(const http::Request& head, unsigned status, std::string_view why) {
    http::Response response = Service::refuse(head, status, why);
    response.headers = origins_.headers_for(head);
    return response;
}

http::Admission Server::admit(
    const http::Request& head, http::ExchangeId exchange, base::SteadyTime now
) {
    if (head.method == "OPTIONS") return {.refusal = origins_.preflight(head)};
    const Parameters parameters = parameters_of(head);
    if (head.method == "GET") end_if_overdue(parameters.sid, now);
    if (const auto refusal = judge(head, parameters, Way::request, now)) {
        return {.refusal = error(*refusal, head, Way::request)};
    }
    if (head.method == "GET") return {};
    if (head.method != "POST") {
        http::Response response = refuse(head, 405, "a session takes GET and POST");
        response.headers.push_back({"Allow", "GET, POST, OPTIONS"});
        return {.refusal = std::move(response)};
    }
    Session& session = *find(parameters.sid);
    return {
        .body_bytes_max = options_.max_payload, .refusal = begin_post(session, head, exchange, now)
    };
}

std::optional<http::Response> Server::begin_post(
    Session& session, const http::Request& head, http::ExchangeId exchange, base::SteadyTime now
) {
    if (session.state != SessionState::open) {
        return error({ErrorCode::unknown_sid}, head, Way::request);
    }
    if (http::equal_ignoring_case(head.media_type(), "application/octet-stream")) {
        end(session, "transport error", now);
        return error({ErrorCode::bad_request, 400, "invalid content"}, head, Way::request);
    }
    if (session.post) {
        end(session, "transport error", now);
        return http::Response{
            .status = 400, .content_type = "text/html", .headers = origins_.headers_for(head)
        };
    }
    session.post = exchange;
    exchanges_.emplace(exchange, session.id);
    return std::nullopt;
}

void Server::handle(
    http::Request request, http::ExchangeId exchange, http::Respond respond, base::SteadyTime now
) {
    exchanges_.erase(exchange);
    const Parameters parameters = parameters_of(request);
    // While a body was read, much may have happened.
    if (const auto code = verify(request, parameters, Way::request)) {
        return respond(error({*code}, request, Way::request));
    }
    http::Response response{.headers = origins_.headers_for(request)};
    if (!parameters.has_sid) {
        Session& session = create(Transport::polling, now);
        response.content_type = "text/plain; charset=UTF-8";
        response.headers.push_back({"Cache-Control", "no-store"});
        if (!options_.cookie.empty()) {
            response.headers.push_back(
                {"Set-Cookie",
                 options_.cookie + "=" + session.sid + "; Path=/; HttpOnly; SameSite=Lax"}
            );
        }
        response.body = "0" + open_packet(session);
        respond(std::move(response));
        return handler_.on_open(session.id, request, now);
    }
    Session& session = *find(parameters.sid);
    if (request.method == "GET") {
        return take_poll(session, {exchange, std::move(respond), std::move(response.headers)}, now);
    }
    session.post.reset();
    take_post(session, request.body, now);
    // The type is text/html on purpose: browsers would offer to save anything else.
    response.content_type = "text/html";
    response.body = "ok";
    respond(std::move(response));
}

void Server::take_post(Session& session, std::string_view body, base::SteadyTime now) {
    PayloadReader reader(body);
    while (session.state == SessionState::open && !session.overflowed) {
        const auto item = reader.next();
        if (!item) return;
        if (!item->valid) return end(session, "parse error", now);
        if (item->kind == websocket::MessageKind::binary) {
            heard(session, now);
            ++counters_.messages_in;
            handler_.on_message(session.id, item->kind, item->binary, now);
        } else {
            on_packet(session, item->packet, now);
        }
    }
}

void Server::take_poll(Session& session, Poll poll, base::SteadyTime now) {
    if (session.poll) {
        // The body is empty as the official server's is; the poll before gets the close packet.
        poll.respond(
            {.status = 400, .content_type = "text/html", .headers = std::move(poll.headers)}
        );
        return end(session, "transport error", now);
    }
    exchanges_.emplace(poll.exchange, session.id);
    session.poll = std::move(poll);
    if (!session.queue.empty()) {
        answer_poll_with_queue(session);
        const bool is_told = session.queue.empty();
        if (session.state == SessionState::closing && is_told) forget(session);
        return;
    }
    const bool upgrading =
        session.candidate != nullptr && session.candidate->stage == WebSocketPeer::Stage::probed;
    if (upgrading) answer_poll(session, "6");
}

void Server::answer_poll(Session& session, std::string_view payload) {
    Poll poll = *std::exchange(session.poll, std::nullopt);
    exchanges_.erase(poll.exchange);
    append(poll.headers, {{"Cache-Control", "no-store"}});
    poll.respond({
        .content_type = "text/plain; charset=UTF-8",
        .headers = std::move(poll.headers),
        .body = payload,
    });
}

void Server::answer_poll_with_queue(Session& session) {
    answer_poll(session, session.queue.take_payload(options_.poll_packets_max));
}

void Server::abandoned(http::ExchangeId exchange, base::SteadyTime now) {
    const auto found = exchanges_.find(exchange);
    if (found == exchanges_.end()) return;
    Session* session = find(found->second);
    exchanges_.erase(found);
    if (session == nullptr) return;
    if (session->poll && session->poll->exchange == exchange) session->poll.reset();
    session->post.reset();
    end(*session, "transport close", now);
}

}  // namespace flightcast::gateway::engineio
