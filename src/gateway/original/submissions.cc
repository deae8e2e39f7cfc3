// SPDX-License-Identifier: Apache-2.0
#include "gateway/original/submissions.h"

#include <expected>
#include <optional>
#include <string>
#include <utility>

#include "flight/document_json.h"
#include "flight/form.h"
#include "flight/intake.h"
#include "gateway/original/replies.h"

namespace flightcast::gateway::original {

using accept::Fate;
using accept::IdempotencyKey;
using base::Errc;
using base::Result;

namespace {

http::Response unavailable(const std::string& why) {
    http::Response response = original_reply(503, flight::error_body(why));
    response.headers.push_back({"Retry-After", "1"});
    return response;
}

Result<std::optional<IdempotencyKey>> key_of(const http::Request& request) {
    const auto header = request.headers.joined("idempotency-key");
    if (!header) return std::nullopt;
    return IdempotencyKey::parse(*header);
}

// The flight that the request submits, its id included, or the answer that it gets instead.
std::expected<flight::Request, http::Response> read_flight(
    const http::Request& request, const Submissions::Parts& parts
) {
    const auto fields =
        flight::parse_form(request.headers.find("content-type").value_or(""), request.body);
    if (!fields) {
        const unsigned status = fields.error().code == Errc::unsupported ? 415 : 400;
        return std::unexpected(original_reply(status, flight::error_body(fields.error().detail)));
    }
    const auto key = key_of(request);
    if (!key) return std::unexpected(original_reply(400, flight::error_body(key.error().detail)));
    const flight::LocalTime now = parts.zone.to_local(parts.clock.wall_now()).local;
    auto flight = flight::make_request(*fields, *parts.routes.snapshot(), now, {});
    if (!flight) return std::unexpected(original_reply(400, flight::error_body(flight.error())));
    flight->id = *key ? parts.ids.id_for(**key, 0, *flight) : parts.ids.random_id();
    return *std::move(flight);
}

}  // namespace

void Submissions::handle(const http::Request& request, http::Respond respond) {
    const base::SteadyTime since = parts_.clock.steady_now();
    auto flight = read_flight(request, parts_);
    if (!flight) {
        parts_.acceptor.refused(since);
        return respond(std::move(flight.error()));
    }
    parts_.acceptor.accept(
        {&*flight, 1},
        request.headers.find("traceparent").value_or(""),
        [id = flight->id, respond = std::move(respond)](const accept::Verdict& verdict) mutable {
            const bool accepted = verdict.fate == Fate::accepted;
            respond(
                accepted ? original_reply(200, flight::accepted_body(id)) : unavailable(verdict.why)
            );
        }
    );
}

}  // namespace flightcast::gateway::original
