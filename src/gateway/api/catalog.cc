// SPDX-License-Identifier: Apache-2.0
//
// Names of carriers and airports are those of the pages' tables; a program that
// was built without pages knows the airports' codes alone.
#include "gateway/api/catalog.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <expected>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/limits.h"
#include "gateway/api/bodies/problem.h"
#include "gateway/http/forwarded_prefix.h"
#include "gateway/http/query.h"
#include "text/json_text.h"
#include "text/number_text.h"

namespace flightcast::gateway::api {

namespace json = boost::json;
using base::limits::kRoutesPageMax;
using flight::KnownRoute;
using http::Asset;
using http::Response;

namespace {

constexpr std::size_t kRoutesPage = 100;

Asset json_asset(std::string text) {
    if (!text.ends_with('\n')) text += '\n';
    return {
        .bytes = std::make_shared<const std::string>(text),
        .etag = http::etag_of(text),
        .content_type = "application/json",
        .cache_control = "no-cache"
    };
}

// A table of objects that the pages were built with; empty if it is missing.
json::array table(const Parts& parts, std::string_view name) {
    const auto text = parts.find_built_in("static/data/" + std::string(name) + ".json");
    boost::system::error_code error;
    json::value value = text ? json::parse(*text, error) : json::value();
    return !error && value.is_array() ? std::move(value.get_array()) : json::array();
}

// Of each entry the members called so, in this order.
json::array with_members(
    const json::array& entries, std::initializer_list<std::string_view> members
) {
    json::array result;
    for (const json::value& entry : entries) {
        json::object kept;
        for (const std::string_view member : members) {
            const json::value* const value = entry.as_object().if_contains(member);
            if (value != nullptr) kept.emplace(member, *value);
        }
        result.push_back(std::move(kept));
    }
    return result;
}

Asset list_asset(std::string_view name, json::array entries) {
    return json_asset(json::serialize(json::object{{name, std::move(entries)}}));
}

json::array airports_of(const Parts& parts) {
    json::array named = table(parts, "airports");
    if (!named.empty()) return with_members(named, {"code", "name", "city", "state"});
    const auto routes = parts.routes.snapshot();
    std::set<std::string_view> codes(routes->origins().begin(), routes->origins().end());
    codes.insert(routes->dests().begin(), routes->dests().end());
    for (const std::string_view code : codes) named.push_back(json::object{{"code", code}});
    return named;
}

// Which routes a request asks for.
struct RoutesQuery {
    std::optional<std::string> origin;
    std::optional<std::string> dest;
    std::size_t limit = kRoutesPage;
    std::size_t offset = 0;

    [[nodiscard]] bool takes(const KnownRoute& route) const {
        return (!origin || *origin == route.origin) && (!dest || *dest == route.dest);
    }
};

std::optional<std::size_t> parse_number(std::string_view text) {
    std::size_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

std::expected<RoutesQuery, Response> read_query(const http::Request& request) {
    const http::Query fields = http::Query::parse(request.query);
    RoutesQuery query;
    if (const auto origin = fields.find("origin")) query.origin = *origin;
    if (const auto dest = fields.find("dest")) query.dest = *dest;
    if (const auto text = fields.find("limit")) {
        const auto limit = parse_number(*text);
        if (!limit || *limit == 0 || *limit > kRoutesPageMax) {
            return std::unexpected(bad_parameter("limit", "give a number from 1 to 5000"));
        }
        query.limit = *limit;
    }
    if (const auto text = fields.find("offset")) {
        const auto offset = parse_number(*text);
        if (!offset) return std::unexpected(bad_parameter("offset", "give a number from 0 on"));
        query.offset = *offset;
    }
    return query;
}

void append_route(std::string& out, const KnownRoute& route) {
    if (!out.ends_with('[')) out += ',';
    out += "{\"origin\":";
    text::append_java_string(out, route.origin);
    out += ",\"dest\":";
    text::append_java_string(out, route.dest);
    out += ",\"distance_miles\":";
    text::append_python_float(out, route.miles);
    out += '}';
}

// The same request for the page behind this one. Codes that routes have need no escapes.
std::string next_page(const RoutesQuery& query) {
    std::string url = "/api/v1/routes?";
    if (query.origin) url += "origin=" + *query.origin + "&";
    if (query.dest) url += "dest=" + *query.dest + "&";
    return url + "limit=" + std::to_string(query.limit) +
           "&offset=" + std::to_string(query.offset + query.limit);
}

}  // namespace

Catalog::Catalog(const Parts& parts)
    : active_(parts.routes),
      carriers_(list_asset("carriers", with_members(table(parts, "carriers"), {"code", "name"}))),
      airports_(list_asset("airports", airports_of(parts))),
      model_json_(parts.model_json),
      openapi_(json_asset(std::string(parts.find_built_in("openapi.json").value_or("{}")))) {}

Response Catalog::carriers(const http::Request& request) {
    return http::serve_asset(request, carriers_);
}

Response Catalog::airports(const http::Request& request) {
    return http::serve_asset(request, airports_);
}

Response Catalog::routes(const http::Request& request) {
    const auto query = read_query(request);
    if (!query) return query.error();
    if (auto table = active_.snapshot(); table != table_) {
        table_ = std::move(table);
        routes_ = table_->sorted();
    }
    std::string body = "{\"routes\":[";
    std::size_t total = 0;
    for (const KnownRoute& route : routes_) {
        if (!query->takes(route)) continue;
        const bool on_page = total >= query->offset && total - query->offset < query->limit;
        if (on_page) append_route(body, route);
        ++total;
    }
    body += "],\"total\":" + std::to_string(total);
    const bool has_more = query->offset < total && total - query->offset > query->limit;
    const std::string next = http::forwarded_prefix(request) + next_page(*query);
    if (has_more) body += ",\"next\":\"" + next + "\"";
    body += '}';
    Response response = http::serve_asset(request, json_asset(std::move(body)));
    if (has_more) {
        response.headers.push_back({"Link", "<" + next + ">; rel=\"next\""});
    }
    return response;
}

Response Catalog::model(const http::Request& request) {
    if (model_json_) return http::serve_asset(request, json_asset(model_json_()));
    return problem_response(
        {.status = 404,
         .detail = "This process only takes requests and has no model; each prediction names the "
                   "model that made it."}
    );
}

Response Catalog::openapi(const http::Request& request) {
    return http::serve_asset(request, openapi_);
}

}  // namespace flightcast::gateway::api
