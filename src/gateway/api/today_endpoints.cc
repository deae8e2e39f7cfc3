// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/today_endpoints.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/api/bodies/problem.h"
#include "today/today.h"
#include "today/today_json.h"

namespace flightcast::gateway::api {

using http::Request;
using http::Response;

namespace {

Response state_response(std::string json) {
    Response response{.status = 200, .content_type = "application/json"};
    response.headers.push_back({"Cache-Control", "no-store"});
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.body = std::move(json) + "\n";
    return response;
}

std::optional<Response> refuse_without_arrivals(const Parts& parts) {
    const std::string off = parts.arrivals_off();
    if (off.empty()) return std::nullopt;
    return problem_response({.status = 503, .title = "Arrivals are off", .detail = off + "."});
}

Response unknown(std::string detail) {
    return problem_response({.status = 404, .detail = std::move(detail)});
}

bool is_known_airport(const Parts& parts, std::string_view code) {
    const auto routes = parts.routes.snapshot();
    return std::ranges::binary_search(routes->origins(), code) ||
           std::ranges::binary_search(routes->dests(), code) ||
           today::knows_airport(parts.days, code);
}

std::string in_capitals(std::string_view text) {
    std::string capitals(text);
    for (char& c : capitals) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return capitals;
}

// A sentence; with a question where the code is known in capitals.
std::string unknown_airport(const Parts& parts, std::string_view code) {
    const std::string capitals = in_capitals(code);
    const bool is_close = capitals != code && is_known_airport(parts, capitals);
    return "No airport '" + std::string(code) + "' is known" +
           (is_close ? "; did you mean " + capitals + "?" : ".");
}

std::size_t routes_from(const Parts& parts, std::string_view origin) {
    const auto routes = parts.routes.snapshot();
    return static_cast<std::size_t>(
        std::ranges::count(routes->sorted(), origin, &flight::KnownRoute::origin)
    );
}

bool is_known_route(const Parts& parts, std::string_view origin, std::string_view dest) {
    return parts.routes.snapshot()->distance(origin, dest).has_value() ||
           today::knows_route(parts.days, origin, dest);
}

Response unknown_route(const Parts& parts, std::string_view origin, std::string_view dest) {
    std::string detail = "There is no route " + std::string(origin) + "-" + std::string(dest) + ".";
    for (const std::string_view code : {origin, dest}) {
        if (!is_known_airport(parts, code)) detail += " " + unknown_airport(parts, code);
    }
    if (is_known_airport(parts, origin)) {
        detail += " " + std::to_string(routes_from(parts, origin)) + " routes leave " +
                  std::string(origin) + ": GET /api/v1/routes?origin=" + std::string(origin) +
                  " lists them.";
    }
    return unknown(std::move(detail));
}

}  // namespace

Response answer_today(const Parts& parts, const Request& /*request*/) {
    if (auto refusal = refuse_without_arrivals(parts)) return *std::move(refusal);
    return state_response(today::airports_json(parts.days, parts.now_of_days()));
}

Response answer_airport(const Parts& parts, const Request& request) {
    if (auto refusal = refuse_without_arrivals(parts)) return *std::move(refusal);
    const std::string& code = request.parameter;
    if (is_known_airport(parts, code)) {
        return state_response(today::airport_json(parts.days, code, parts.now_of_days()));
    }
    return unknown(unknown_airport(parts, code) + " GET /api/v1/airports lists the known ones.");
}

Response answer_route(const Parts& parts, const Request& request) {
    if (auto refusal = refuse_without_arrivals(parts)) return *std::move(refusal);
    const std::string_view route = request.parameter;
    const std::size_t dash = route.find('-');
    if (dash == std::string_view::npos) {
        return unknown("A route is written ORIGIN-DEST, such as ATL-SFO.");
    }
    const std::string_view origin = route.substr(0, dash);
    const std::string_view dest = route.substr(dash + 1);
    if (!is_known_route(parts, origin, dest)) return unknown_route(parts, origin, dest);
    return state_response(today::route_json(parts.days, origin, dest, parts.now_of_days()));
}

}  // namespace flightcast::gateway::api
