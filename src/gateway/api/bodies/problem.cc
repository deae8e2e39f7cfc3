// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/bodies/problem.h"

#include <utility>

#include "text/json_text.h"

namespace flightcast::gateway::api {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view text) {
    if (!out.ends_with('{')) out += ',';
    text::append_java_string(out, name);
    out += ':';
    text::append_java_string(out, text);
}

void append_error(std::string& out, const FieldProblem& error) {
    out += '{';
    if (!error.parameter.empty()) {
        append_member(out, "parameter", error.parameter);
    } else {
        append_member(out, "pointer", error.pointer);
    }
    append_member(out, "detail", error.detail);
    out += '}';
}

}  // namespace

http::Response problem_response(const Problem& problem) {
    std::string body = "{";
    append_member(body, "type", problem.type);
    append_member(
        body, "title", problem.title.empty() ? http::reason_phrase(problem.status) : problem.title
    );
    body += ",\"status\":" + std::to_string(problem.status);
    if (!problem.detail.empty()) append_member(body, "detail", problem.detail);
    if (!problem.errors.empty()) {
        body += ",\"errors\":[";
        for (const FieldProblem& error : problem.errors) {
            if (!body.ends_with('[')) body += ',';
            append_error(body, error);
        }
        body += ']';
    }
    body += "}\n";
    http::Response response{.status = problem.status, .content_type = "application/problem+json"};
    response.headers.push_back({"Cache-Control", "no-store"});
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.body = std::move(body);
    return response;
}

http::Response not_taken(const accept::Verdict& verdict) {
    const bool certain = verdict.fate == accept::Fate::full;
    http::Response response = problem_response(
        {.status = 503,
         .type = certain ? kNotAccepted : kOutcomeUnknown,
         .title = certain ? "Not accepted" : "It is not known whether this was accepted",
         .detail = verdict.why}
    );
    response.headers.push_back({"Retry-After", "1"});
    return response;
}

http::Response refuse_event_time(std::string_view field) {
    return problem_response(
        {.status = 403,
         .detail = std::string(field) +
                   " is not taken from clients here, so that the time counts at which a record is "
                   "stored; leave it out, or start the server with --accept-event-time."}
    );
}

http::Response bad_parameter(std::string_view name, std::string detail) {
    return problem_response(
        {.type = kInvalidRequest,
         .title = "The request is not valid",
         .detail = std::string(name) + " is not valid.",
         .errors = {{.parameter = std::string(name), .detail = std::move(detail)}}}
    );
}

}  // namespace flightcast::gateway::api
