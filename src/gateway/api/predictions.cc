// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/predictions.h"

#include <algorithm>
#include <expected>
#include <memory>
#include <string>
#include <utility>

#include "gateway/api/outcome_json.h"
#include "gateway/api/wait_time.h"
#include "gateway/http/forwarded_prefix.h"

namespace flightcast::gateway::api {

using accept::Fate;
using accept::Verdict;
using delivery::SharedOutcome;
using http::Respond;
using http::Response;

namespace {

Response private_json(unsigned status, std::string body) {
    Response response{.status = status, .content_type = "application/json"};
    response.headers.push_back({"Cache-Control", "no-store"});  // Ids are secrets.
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.body = std::move(body += '\n');
    return response;
}

// The state of one request; a polling client is told how fast to ask.
Response known_of(
    const base::Uuid& id,
    const SharedOutcome& outcome,
    const flight::TimeZone& zone,
    std::string_view prefix
) {
    std::string body;
    append_outcome(body, id, outcome, zone, prefix);
    Response response = private_json(200, std::move(body));
    if (!outcome) response.headers.push_back({"Retry-After", "1"});
    return response;
}

}  // namespace

// One flight or several as JSON, whose types count.
class Predictions::JsonSubmission final : public accept::Dialect {
  public:
    explicit JsonSubmission(Predictions& owner) : owner_(owner) {}

    std::expected<Flights, Response> read(
        const http::Request& request, const flight::RouteTable& routes
    ) override {
        const auto wait = wait_time(request.query);
        if (!wait) return std::unexpected(bad_parameter("wait", wait.error().detail));
        wait_ = *wait;
        prefix_ = http::forwarded_prefix(request);
        auto body = read_flights(request.body, routes);
        if (!body) return std::unexpected(problem_response(body.error()));
        const bool has_time = std::ranges::any_of(body->flights, [](const flight::Fields& flight) {
            return flight.requested_at.has_value();
        });
        if (has_time && !owner_.parts_.accept_event_time) {
            return std::unexpected(refuse_event_time("RequestedAt"));
        }
        shape_ = body->shape;
        return std::move(body->flights);
    }

    Response refuse_header(std::string_view name, const std::string& why) const override {
        return bad_parameter(name, why);
    }

    // read_flights() has checked all that this could be for.
    Response refuse_flight(std::size_t /*place*/, const flight::FieldError& error) const override {
        return problem_response({.detail = error.message});
    }

    void answer(
        const std::vector<base::Uuid>& ids, const Verdict& verdict, Respond respond
    ) override {
        if (verdict.fate != Fate::accepted) return respond(not_taken(verdict));
        owner_.answer_accepted(
            {.ids = ids, .shape = shape_, .wait = wait_, .prefix = prefix_}, std::move(respond)
        );
    }

  private:
    Predictions& owner_;
    Shape shape_ = Shape::one;
    std::chrono::milliseconds wait_{};
    std::string prefix_;
};

void Predictions::submit(const http::Request& request, Respond respond) {
    parts_.intake.take(request, std::make_unique<JsonSubmission>(*this), std::move(respond));
}

// 200 when every outcome is there, else 202.
void Predictions::answer_accepted(const Accepted& accepted, Respond respond) {
    const auto answer = [this,
                         ids = accepted.ids,
                         shape = accepted.shape,
                         prefix = accepted.prefix](const OutcomeWaits::Outcomes& outcomes) {
        std::string body = shape == Shape::list ? "[" : "";
        bool is_complete = true;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            if (i > 0) body += ',';
            const SharedOutcome outcome = i < outcomes.size() ? outcomes[i] : nullptr;
            append_outcome(body, ids[i], outcome, parts_.zone, prefix);
            is_complete = is_complete && outcome;
        }
        if (shape == Shape::list) body += ']';
        Response response = private_json(is_complete ? 200 : 202, std::move(body));
        if (shape == Shape::one) {
            response.headers.push_back({"Location", url_of(ids.front(), prefix)});
        }
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
    std::string prefix = http::forwarded_prefix(request);
    if (*wait == std::chrono::milliseconds::zero()) {
        return look_up(*id, std::move(prefix), std::move(respond));
    }
    const base::SteadyTime now = parts_.clock.steady_now();
    waits_.wait(
        {&*id, 1},
        now,
        now + *wait,
        [this, id = *id, prefix = std::move(prefix), respond = std::move(respond)](
            const OutcomeWaits::Outcomes& outcomes
        ) mutable { respond(known_of(id, outcomes.front(), parts_.zone, prefix)); }
    );
}

// In the cache, else in the store. A store that is away knows of nothing: pending.
void Predictions::look_up(const base::Uuid& id, std::string prefix, Respond respond) {
    const auto answer = [this, id, prefix = std::move(prefix)](const SharedOutcome& outcome) {
        return known_of(id, outcome, parts_.zone, prefix);
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
