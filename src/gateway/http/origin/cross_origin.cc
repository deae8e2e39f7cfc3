// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/origin/cross_origin.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace flightcast::gateway::http {
namespace {

constexpr std::string_view kForeign =
    "pages of other origins may not submit here: name theirs with --cors-origin, or, if this is "
    "the server's own page, let the proxy pass its Host header on";

// Whether fetch() sends it before a request that a form could not make.
bool is_preflight(const Request& request) {
    return request.method == "OPTIONS" && request.headers.find("access-control-request-method");
}

// Only reads: a page of another origin may send it, since it cannot see the answer.
bool is_safe(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

Response marked(Response response, std::vector<Header> marks) {
    std::ranges::move(marks, std::back_inserter(response.headers));
    return response;
}

}  // namespace

CrossOrigin::CrossOrigin(Service& service, OriginPolicy policy, CrossOriginOptions options)
    : service_(service), policy_(std::move(policy)), options_(std::move(options)) {}

std::vector<Header> CrossOrigin::marks_for(const Request& request) const {
    if (!options_.covers(request.path)) return {};
    std::vector<Header> marks = policy_.headers_for(request);
    if (std::ranges::find(marks, "Access-Control-Allow-Origin", &Header::name) != marks.end()) {
        marks.push_back({"Access-Control-Expose-Headers", options_.exposed_headers});
    }
    return marks;
}

Admission CrossOrigin::admit(const Request& head, ExchangeId exchange, base::SteadyTime now) {
    if (policy_.is_open() && options_.covers(head.path) && is_preflight(head)) {
        return {.refusal = policy_.preflight(head)};
    }
    if (options_.covers(head.path) && !is_safe(head.method) && !policy_.allows_change(head)) {
        return {.refusal = refuse(head, 403, kForeign)};
    }
    Admission admission = service_.admit(head, exchange, now);
    if (admission.refusal) {
        admission.refusal = marked(*std::move(admission.refusal), marks_for(head));
    }
    return admission;
}

void CrossOrigin::handle(
    Request request, ExchangeId exchange, Respond respond, base::SteadyTime now
) {
    std::vector<Header> marks = marks_for(request);
    if (!marks.empty()) {
        respond = [marks = std::move(marks),
                   respond = std::move(respond)](Response response) mutable {
            respond(marked(std::move(response), std::move(marks)));
        };
    }
    service_.handle(std::move(request), exchange, std::move(respond), now);
}

void CrossOrigin::abandoned(ExchangeId exchange, base::SteadyTime now) {
    service_.abandoned(exchange, now);
}

Response CrossOrigin::refuse(const Request& head, unsigned status, std::string_view why) {
    return marked(service_.refuse(head, status, why), marks_for(head));
}

}  // namespace flightcast::gateway::http
