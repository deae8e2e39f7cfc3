// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/arrivals.h"

#include <string>
#include <utility>
#include <vector>

#include "arrival/arrival_json.h"
#include "gateway/api/bodies/problem.h"
#include "gateway/api/bodies/report_body.h"

namespace flightcast::gateway::api {

using accept::Fate;
using accept::Verdict;
using http::Respond;
using http::Response;

namespace {

eventlog::NewRecord record_of(const std::string& topic, const arrival::Arrival& report) {
    return {
        .topic = topic,
        .key = arrival::record_key(report),
        .value = arrival::encode_arrival(report),
        .headers = {{"content-type", "application/json"}, {"schema", "1"}}
    };
}

Response reports_accepted(std::size_t count) {
    Response response{.status = 202, .content_type = "application/json"};
    response.headers.push_back({"Cache-Control", "no-store"});
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.body = "{\"accepted\":" + std::to_string(count) + "}\n";
    return response;
}

}  // namespace

// Times of events decide which predictions a report judges; so they are not anybody's to choose.
std::optional<Response> Arrivals::refuse_times(std::span<const arrival::Arrival> reports) const {
    if (parts_.accept_event_time) return std::nullopt;
    for (const arrival::Arrival& report : reports) {
        if (report.arrived_at) return refuse_event_time("ArrivedAt");
        if (report.reported_at) return refuse_event_time("ReportedAt");
    }
    return std::nullopt;
}

void Arrivals::append(std::span<const arrival::Arrival> reports, Respond respond) {
    std::vector<eventlog::NewRecord> records;
    records.reserve(reports.size());
    for (const arrival::Arrival& report : reports) {
        records.push_back(record_of(parts_.arrival_topic, report));
    }
    const std::size_t count = records.size();
    parts_.acceptor.append(
        std::move(records),
        count == 1 ? "report" : "list of reports",
        [count, respond = std::move(respond)](const Verdict& verdict) mutable {
            respond(verdict.fate == Fate::accepted ? reports_accepted(count) : not_taken(verdict));
        }
    );
}

void Arrivals::submit(const http::Request& request, Respond respond) {
    auto body = read_reports(request.body, {.now = parts_.clock.wall_now()});
    if (!body) return respond(problem_response(body.error()));
    if (auto refusal = refuse_times(body->reports)) return respond(*std::move(refusal));
    append(body->reports, std::move(respond));
}

void Arrivals::submit_one(const http::Request& request, Respond respond) {
    const auto id = base::Uuid::parse(request.parameter);
    if (!id) {
        return respond(
            bad_parameter("id", "give a UUID, such as the one that a submission returned")
        );
    }
    auto body =
        read_reports(request.body, {.now = parts_.clock.wall_now(), .is_of_known_request = true});
    if (!body) return respond(problem_response(body.error()));
    arrival::Arrival& report = body->reports.front();
    const bool is_of_other = report.id && *report.id != *id;
    if (body->shape == Shape::list || is_of_other || !report.source.empty()) {
        return respond(problem_response(
            {.type = kInvalidRequest,
             .title = "The request is not valid",
             .detail = "Give one report as a JSON object, without Source and without the UUID of "
                       "another prediction."}
        ));
    }
    if (auto refusal = refuse_times(body->reports)) return respond(*std::move(refusal));
    report.id = *id;
    report.source = arrival::kClientSource;
    append(body->reports, std::move(respond));
}

}  // namespace flightcast::gateway::api
