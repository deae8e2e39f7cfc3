// SPDX-License-Identifier: Apache-2.0
#include "gateway/accept/intake.h"

#include <optional>
#include <utility>

namespace flightcast::gateway::accept {
namespace {

constexpr std::string_view kKeyHeader = "Idempotency-Key";

base::Result<std::optional<IdempotencyKey>> key_of(const http::Request& request) {
    const auto header = request.headers.joined("idempotency-key");
    if (!header) return std::nullopt;
    return IdempotencyKey::parse(*header);
}

}  // namespace

std::expected<Intake::Requests, http::Response> Intake::read(
    const http::Request& request, Dialect& dialect
) const {
    const auto key = key_of(request);
    if (!key) return std::unexpected(dialect.refuse_header(kKeyHeader, key.error().detail));
    const auto routes = parts_.routes.snapshot();
    auto flights = dialect.read(request, *routes);
    if (!flights) return std::unexpected(std::move(flights.error()));
    const flight::LocalTime now = parts_.zone.to_local(parts_.clock.wall_now()).local;
    Requests requests;
    requests.reserve(flights->size());
    for (const flight::Fields& fields : *flights) {
        const std::size_t place = requests.size();
        auto made = flight::make_request(fields, *routes, now);
        if (!made) return std::unexpected(dialect.refuse_flight(place, made.error()));
        made->id = *key ? parts_.ids.id_for(**key, place, *made) : parts_.ids.random_id();
        requests.push_back(*std::move(made));
    }
    return requests;
}

void Intake::take(
    const http::Request& request, std::unique_ptr<Dialect> dialect, http::Respond respond
) {
    const base::SteadyTime since = parts_.clock.steady_now();
    auto requests = read(request, *dialect);
    if (!requests) {
        parts_.acceptor.refused(since);
        return respond(std::move(requests.error()));
    }
    std::vector<base::Uuid> ids;
    ids.reserve(requests->size());
    for (const flight::Request& one : *requests) ids.push_back(one.id);
    parts_.acceptor.accept(
        *requests,
        request.headers.find("traceparent").value_or(""),
        [ids = std::move(ids), dialect = std::move(dialect), respond = std::move(respond)](
            const Verdict& verdict
        ) mutable { dialect->answer(ids, verdict, std::move(respond)); }
    );
}

}  // namespace flightcast::gateway::accept
