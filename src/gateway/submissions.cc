// SPDX-License-Identifier: Apache-2.0
#include "gateway/submissions.h"

#include <expected>
#include <utility>
#include <vector>

#include "flight/document_json.h"
#include "flight/form.h"
#include "flight/intake.h"
#include "flight/request_json.h"
#include "gateway/replies.h"

namespace flightcast::gateway {

using base::Errc;
using base::Error;
using base::Result;

namespace {

http::Response unavailable(const std::string& message) {
    http::Response response = original_reply(503, flight::error_body(message));
    response.headers.push_back({"Retry-After", "1"});
    return response;
}

http::Response refusal_of_form(const Error& error) {
    const unsigned status = error.code == Errc::unsupported ? 415 : 400;
    return original_reply(status, flight::error_body(error.detail));
}

std::vector<eventlog::NewRecord> record_of(
    const std::string& topic, const base::Uuid& id, std::string value
) {
    std::vector<eventlog::NewRecord> records(1);
    records[0] = {
        .topic = topic,
        .key = id.to_string(),
        .value = std::move(value),
        .headers = {{"content-type", "application/json"}, {"schema", "1"}}
    };
    return records;
}

}  // namespace

Submissions::Submissions(Parts parts, SubmissionsOptions options)
    : parts_(std::move(parts)), options_(std::move(options)) {}

void Submissions::answer(Pending& pending, SubmissionOutcome outcome, http::Response response) {
    pending.answered = true;
    const auto took = parts_.clock.steady_now() - pending.since;
    const bool accepted = outcome == SubmissionOutcome::accepted;
    parts_.on_submission(outcome, accepted ? std::optional(pending.id) : std::nullopt, took);
    pending.respond(std::move(response));
}

void Submissions::handle(const http::Request& request, http::Respond respond) {
    const auto pending = std::make_shared<Pending>();
    pending->respond = std::move(respond);
    pending->since = parts_.clock.steady_now();
    const Result<flight::Fields> fields =
        flight::parse_form(request.headers.find("content-type").value_or(""), request.body);
    if (!fields) {
        return answer(*pending, SubmissionOutcome::invalid, refusal_of_form(fields.error()));
    }
    pending->id = base::Uuid::random(parts_.random);
    const flight::LocalTime now = options_.zone.to_local(parts_.clock.wall_now()).local;
    const auto flight = flight::make_request(*fields, *parts_.routes.snapshot(), now, pending->id);
    if (!flight) {
        http::Response refusal = original_reply(400, flight::error_body(flight.error()));
        return answer(*pending, SubmissionOutcome::invalid, std::move(refusal));
    }
    append(flight::encode_request(*flight), pending);
}

void Submissions::append(std::string value, const std::shared_ptr<Pending>& pending) {
    const Result<void> queued = parts_.writer.append(
        record_of(options_.request_topic, pending->id, std::move(value)),
        [this, pending](Result<void> result) {
            parts_.post([this, pending, result = std::move(result)] {
                completed(*pending, result);
            });
        }
    );
    if (!queued) {
        const bool full = queued.error().code == Errc::full;
        const SubmissionOutcome outcome =
            full ? SubmissionOutcome::full : SubmissionOutcome::unknown;
        return answer(
            *pending, outcome, unavailable("The flight was not accepted: " + queued.error().detail)
        );
    }
    waiting_.push_back(pending);
}

void Submissions::completed(Pending& pending, const Result<void>& result) {
    if (pending.answered) return;  // Too late: the client was told that nobody knows.
    if (result) {
        answer(
            pending,
            SubmissionOutcome::accepted,
            original_reply(200, flight::accepted_body(pending.id))
        );
    } else {
        answer(
            pending,
            SubmissionOutcome::unknown,
            unavailable("The flight could not be stored: " + result.error().detail)
        );
    }
    drop_answered();
}

void Submissions::drop_answered() {
    while (!waiting_.empty() && waiting_.front()->answered) waiting_.pop_front();
}

std::optional<base::SteadyTime> Submissions::next_deadline() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.front()->since + options_.accept_timeout;
}

void Submissions::expire(base::SteadyTime now) {
    drop_answered();
    while (!waiting_.empty() && waiting_.front()->since + options_.accept_timeout <= now) {
        answer(
            *waiting_.front(),
            SubmissionOutcome::unknown,
            unavailable(
                "It is not known in time whether the flight was accepted; "
                "it is safe to submit it again."
            )
        );
        drop_answered();
    }
}

}  // namespace flightcast::gateway
