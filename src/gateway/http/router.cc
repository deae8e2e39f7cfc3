// SPDX-License-Identifier: Apache-2.0
//
// Matching is done on the path as sent, so that an escaped slash never splits a segment; only the
// parameter is decoded. A handful of routes is tried one after the other.
#include "gateway/http/router.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "gateway/http/text.h"

namespace flightcast::gateway::http {

void Router::add(
    std::string_view method, std::string_view pattern, Handler handler, RouteOptions options
) {
    FC_CHECK(pattern.starts_with('/'));
    Route route{
        std::string(method),
        std::string(pattern),
        "",
        Route::Kind::exact,
        std::move(handler),
        options
    };
    const std::size_t open = pattern.find('<');
    const std::size_t close = pattern.find('>');
    if (open != std::string_view::npos) {
        FC_CHECK(close != std::string_view::npos && close > open);
        route.kind = Route::Kind::segment;
        route.prefix = pattern.substr(0, open);
        route.suffix = pattern.substr(close + 1);
    } else if (pattern.ends_with('*')) {
        route.kind = Route::Kind::rest;
        route.prefix = pattern.substr(0, pattern.size() - 1);
    }
    for (const Route& other : routes_) {
        FC_CHECK(
            other.method != route.method || other.kind != route.kind ||
            other.prefix != route.prefix || other.suffix != route.suffix
        );
    }
    const auto place = std::ranges::upper_bound(routes_, route.kind, {}, &Route::kind);
    routes_.insert(place, std::move(route));
}

std::vector<std::pair<std::string, std::string>> Router::routes() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const Route& route : routes_) {
        std::string pattern = route.prefix;
        if (route.kind == Route::Kind::segment) pattern += "<id>" + route.suffix;
        if (route.kind == Route::Kind::rest) pattern += '*';
        all.emplace_back(route.method, std::move(pattern));
    }
    return all;
}

std::optional<std::string_view> Router::match(const Route& route, std::string_view path) {
    if (route.kind == Route::Kind::exact) {
        return path == route.prefix ? std::optional(std::string_view()) : std::nullopt;
    }
    if (!path.starts_with(route.prefix)) return std::nullopt;
    path.remove_prefix(route.prefix.size());
    if (route.kind == Route::Kind::rest) return path;
    if (path.size() <= route.suffix.size() || !path.ends_with(route.suffix)) return std::nullopt;
    path.remove_suffix(route.suffix.size());
    return path.find('/') == std::string_view::npos ? std::optional(path) : std::nullopt;
}

const Router::Route* Router::find(std::string_view method, std::string_view path) const {
    const auto found = std::ranges::find_if(routes_, [&](const Route& route) {
        return route.method == method && match(route, path);
    });
    if (found != routes_.end()) return &*found;
    return method == "HEAD" ? find("GET", path) : nullptr;
}

std::string Router::allowed_methods(std::string_view path) const {
    std::string allowed;
    const auto append = [&allowed](std::string_view method) {
        if (list_has(allowed, method)) return;
        allowed.append(allowed.empty() ? "" : ", ").append(method);
    };
    for (const Route& route : routes_) {
        if (!match(route, path)) continue;
        append(route.method);
        if (route.method == "GET") append("HEAD");
    }
    if (!allowed.empty()) append("OPTIONS");
    return allowed;
}

std::optional<Response> Router::answer_without_route(const Request& head) {
    if (!percent_decode(head.path, Plus::literal)) {
        return refuse(head, 400, "the path is not percent-encoded UTF-8");
    }
    const std::string allowed =
        head.path == "*" ? "GET, HEAD, POST, OPTIONS" : allowed_methods(head.path);
    if (allowed.empty()) return std::nullopt;
    if (head.method == "OPTIONS") {
        return Response{.status = 204, .content_type = "", .headers = {{"Allow", allowed}}};
    }
    Response response =
        refuse(head, 405, "the method " + head.method + " is not for this path; use " + allowed);
    response.headers.push_back({"Allow", allowed});
    return response;
}

Admission Router::admit(const Request& head, ExchangeId /*exchange*/, base::SteadyTime /*now*/) {
    if (const Route* route = find(head.method, head.path)) {
        if (!percent_decode(head.path, Plus::literal))
            return {.refusal = answer_without_route(head)};
        return {.body_bytes_max = route->options.body_bytes_max, .refusal = std::nullopt};
    }
    // An unknown path: the handler may answer, but does not need the body.
    auto answer = answer_without_route(head);
    if (!answer && !not_found_) answer = refuse(head, 404, "there is nothing at this path");
    return {.body_bytes_max = base::limits::kHttpBodyBytesMax, .refusal = std::move(answer)};
}

void Router::handle(
    Request request, ExchangeId /*exchange*/, Respond respond, base::SteadyTime /*now*/
) {
    if (const Route* route = find(request.method, request.path)) {
        const std::string_view rest = match(*route, request.path).value_or("");
        request.parameter = percent_decode(rest, Plus::literal).value_or("");
        return route->handler(std::move(request), std::move(respond));
    }
    FC_CHECK(not_found_);
    not_found_(std::move(request), std::move(respond));
}

Response Router::refuse(const Request& head, unsigned status, std::string_view why) {
    return error_page_ ? error_page_(head, status, why) : Service::refuse(head, status, why);
}

}  // namespace flightcast::gateway::http
