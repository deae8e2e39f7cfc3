// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/predictions.h"

#include <algorithm>
#include <expected>
#include <string>
#include <utility>

#include "flight/intake.h"
#include "gateway/api/outcome_json.h"
#include "gateway/api/wait_time.h"

namespace flightcast::gateway::api {

using accept::Fate;
using accept::IdempotencyKey;
using accept::Verdict;
using delivery::SharedOutcome;
using http::Respond;
using http::Response;

namespace {

Response json_response(unsigned status, std::string body) {
    Response response{.status = status, .content_type = "application/json"};
    response.headers.push_back({"Cache-Control", "no-store"});  // Ids are secrets.
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.body = std::move(body += '\n');
    return response;
}

// What is known of one request; whoever polls is told how fast.
Response known_of(
    const base::Uuid& id, const SharedOutcome& outcome, const flight::TimeZone& zone
) {
    std::string body;
    append_outcome(body, id, outcome, zone);
    Response response = json_response(200, std::move(body));
    if (!outcome) response.headers.push_back({"Retry-After", "1"});
    return response;
}

Response not_taken(const Verdict& verdict) {
    const bool certain = verdict.fate == Fate::full;
    Response response = problem_response(
        {.status = 503,
         .type = certain ? kNotAccepted : kOutcomeUnknown,
         .title = certain ? "Not accepted" : "It is not known whether this was accepted",
         .detail = verdict.why}
    );
    response.headers.push_back({"Retry-After", "1"});
    return response;
}

// What a submission says, read and checked, or the answer that it gets instead.
struct Submission {
    std::vector<flight::Request> flights;
    Shape shape;
    std::chrono::milliseconds wait;
};

std::expected<Submission, Response> read_submission(
    const http::Request& request, const Parts& parts
) {
    const auto wait = wait_time(request.query);
    if (!wait) return std::unexpected(bad_parameter("wait", wait.error().detail));
    std::optional<IdempotencyKey> key;
    if (const auto header = request.headers.joined("idempotency-key")) {
        auto parsed = IdempotencyKey::parse(*header);
        if (!parsed) {
            return std::unexpected(bad_parameter("Idempotency-Key", parsed.error().detail));
        }
        key = *std::move(parsed);
    }
    const auto routes = parts.routes.snapshot();
    const auto body = read_flights(request.body, *routes);
    if (!body) return std::unexpected(problem_response(body.error()));

    Submission submission{.flights = {}, .shape = body->shape, .wait = *wait};
    const flight::LocalTime now = parts.zone.to_local(parts.clock.wall_now()).local;
    for (const flight::Fields& fields : body->flights) {
        auto flight = flight::make_request(fields, *routes, now, {});
        if (!flight) {  // read_flights() has checked all that this does.
            return std::unexpected(problem_response({.detail = flight.error().message}));
        }
        const std::size_t place = submission.flights.size();
        flight->id = key ? parts.ids.id_for(*key, place, *flight) : parts.ids.random_id();
        submission.flights.push_back(*std::move(flight));
    }
    return submission;
}

}  // namespace

void Predictions::submit(const http::Request& request, Respond respond) {
    const base::SteadyTime since = parts_.clock.steady_now();
    auto submission = read_submission(request, parts_);
    if (!submission) {
        parts_.acceptor.refused(since);
        return respond(std::move(submission.error()));
    }
    Accepted accepted{.ids = {}, .shape = submission->shape, .wait = submission->wait};
    for (const flight::Request& flight : submission->flights) accepted.ids.push_back(flight.id);
    parts_.acceptor.accept(
        submission->flights,
        request.headers.find("traceparent").value_or(""),
        [this,
         accepted = std::move(accepted),
         respond = std::move(respond)](const Verdict& verdict) mutable {
            if (verdict.fate != Fate::accepted) return respond(not_taken(verdict));
            answer_accepted(accepted, std::move(respond));
        }
    );
}

// 200 when every outcome is there, else 202.
void Predictions::answer_accepted(const Accepted& accepted, Respond respond) {
    const auto answer =
        [this, ids = accepted.ids, shape = accepted.shape](const OutcomeWaits::Outcomes& outcomes) {
            std::string body = shape == Shape::list ? "[" : "";
            bool is_complete = true;
            for (std::size_t i = 0; i < ids.size(); ++i) {
                if (i > 0) body += ',';
                const SharedOutcome outcome = i < outcomes.size() ? outcomes[i] : nullptr;
                append_outcome(body, ids[i], outcome, parts_.zone);
                is_complete = is_complete && outcome;
            }
            if (shape == Shape::list) body += ']';
            Response response = json_response(is_complete ? 200 : 202, std::move(body));
            if (shape == Shape::one) response.headers.push_back({"Location", url_of(ids.front())});
            return response;
        };
    if (accepted.wait == std::chrono::milliseconds::zero()) return respond(answer({}));
    const base::SteadyTime now = parts_.clock.steady_now();
    waits_.wait(
        accepted.ids,
        now,
        now + accepted.wait,
        [answer, respond = std::move(respond)](const OutcomeWaits::Outcomes& outcomes) mutable {
            respond(answer(outcomes));
        }
    );
}

void Predictions::find(const http::Request& request, Respond respond) {
    const auto id = base::Uuid::parse(request.parameter);
    if (!id) {
        return respond(
            bad_parameter("id", "give a UUID, such as the one that a submission returned")
        );
    }
    const auto wait = wait_time(request.query);
    if (!wait) return respond(bad_parameter("wait", wait.error().detail));
    if (*wait == std::chrono::milliseconds::zero()) return look_up(*id, std::move(respond));
    const base::SteadyTime now = parts_.clock.steady_now();
    waits_.wait(
        {&*id, 1},
        now,
        now + *wait,
        [this, id = *id, respond = std::move(respond)](
            const OutcomeWaits::Outcomes& outcomes
        ) mutable { respond(known_of(id, outcomes.front(), parts_.zone)); }
    );
}

// In the cache, else in the store. A store that is away knows of nothing: pending.
void Predictions::look_up(const base::Uuid& id, Respond respond) {
    const auto answer = [this, id](const SharedOutcome& outcome) {
        return known_of(id, outcome, parts_.zone);
    };
    const SharedOutcome cached = parts_.deliveries.cache().find(id);
    if (cached || parts_.store == nullptr) return respond(answer(cached));
    parts_.store->find(
        id,
        [this, answer, respond = std::move(respond)](
            base::Result<std::optional<store::StoredOutcome>> found
        ) mutable {
            SharedOutcome outcome;
            if (found && *found) {
                outcome = std::make_shared<const flight::Outcome>(std::move((*found)->outcome));
            }
            parts_.post([answer, outcome, respond = std::move(respond)]() mutable {
                respond(answer(outcome));
            });
        }
    );
}

}  // namespace flightcast::gateway::api
