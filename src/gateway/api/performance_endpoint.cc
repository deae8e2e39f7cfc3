// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/performance_endpoint.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "gateway/api/problem.h"
#include "gateway/http/query.h"
#include "performance/performance_json.h"

namespace flightcast::gateway::api {

using http::Response;

namespace {

std::optional<std::size_t> place_in(
    std::span<const std::string_view> names, std::string_view name
) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

std::string list_of(std::span<const std::string_view> names) {
    std::string text;
    for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

}  // namespace

Response answer_performance(const Parts& parts, const http::Request& request) {
    if (const std::string off = parts.performance_off(); !off.empty()) {
        return problem_response({.status = 503, .title = "Arrivals are off", .detail = off + "."});
    }
    const http::Query query = http::Query::parse(request.query);
    const std::string window_name(query.find("window").value_or("24h"));
    const std::string split_name(query.find("by").value_or("model"));
    const auto window = place_in(performance::kWindowNames, window_name);
    if (!window) {
        return bad_parameter("window", "give one of " + list_of(performance::kWindowNames));
    }
    const auto split = place_in(performance::kSplitNames, split_name);
    if (!split) return bad_parameter("by", "give one of " + list_of(performance::kSplitNames));
    Response response{.status = 200, .content_type = "application/json"};
    response.headers.push_back({"Cache-Control", "no-store"});
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.body = performance::performance_json(
        parts.performance.ask(
            static_cast<performance::Window>(*window),
            static_cast<performance::Split>(*split),
            parts.end_of_figures()
        ),
        parts.unjudged ? parts.unjudged() : std::nullopt
    );
    return response;
}

}  // namespace flightcast::gateway::api
