// SPDX-License-Identifier: Apache-2.0
#include "flight/route_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <set>
#include <utility>

#include "flight/json_fields.h"
#include "text/json_reader.h"

namespace flightcast::flight {
namespace {

using base::Errc;
using base::fail;

constexpr std::size_t kAirportBytesMax = 32;

struct Route {
    std::optional<std::string> origin;
    std::optional<std::string> dest;
    std::optional<double> distance;
};

bool is_airport(const std::optional<std::string>& code) {
    return code && !code->empty() && code->size() <= kAirportBytesMax &&
           std::all_of(code->begin(), code->end(), [](char c) { return c > ' ' && c <= '~'; });
}

// The fault of a line; empty if it has none.
std::string_view read_route(std::string_view line, Route& route) {
    text::JsonReader reader(line);
    while (const auto member = reader.next()) {
        if (member->key == "Origin") read_string_field(member->value, route.origin);
        if (member->key == "Dest") read_string_field(member->value, route.dest);
        if (member->key == "Distance") read_double_field(member->value, route.distance);
    }
    if (!reader.ok()) return "not a JSON object";
    if (!is_airport(route.origin)) return "Origin must be an airport's code";
    if (!is_airport(route.dest)) return "Dest must be an airport's code";
    if (!route.distance || !std::isfinite(*route.distance) || *route.distance < 0) {
        return "Distance must be a number of miles";
    }
    return {};
}

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

base::Result<RouteTable> RouteTable::parse(std::string_view json_lines) {
    RouteTable table;
    std::set<std::string> origins;
    std::set<std::string> dests;
    for (std::size_t number = 1; !json_lines.empty(); ++number) {
        const std::size_t end = std::min(json_lines.find('\n'), json_lines.size());
        const std::string_view line = json_lines.substr(0, end);
        json_lines.remove_prefix(std::min(end + 1, json_lines.size()));
        if (is_blank(line)) continue;
        Route route;
        const std::string_view wrong = read_route(line, route);
        if (!wrong.empty()) {
            return fail(
                Errc::invalid_argument,
                "routes, line " + std::to_string(number) + ": " + std::string(wrong)
            );
        }
        table.distances_.emplace(*route.origin + '\0' + *route.dest, *route.distance);
        origins.insert(*std::move(route.origin));
        dests.insert(*std::move(route.dest));
    }
    if (table.distances_.empty()) return fail(Errc::invalid_argument, "routes: there is none");
    table.origins_.assign(origins.begin(), origins.end());
    table.dests_.assign(dests.begin(), dests.end());
    return table;
}

std::optional<double> RouteTable::distance(std::string_view origin, std::string_view dest) const {
    // No code contains a NUL byte, so that no other pair of texts makes the same key.
    std::array<char, 2 * kAirportBytesMax + 1> key;
    if (origin.size() > kAirportBytesMax || dest.size() > kAirportBytesMax) return std::nullopt;
    std::memcpy(key.data(), origin.data(), origin.size());
    key[origin.size()] = '\0';
    std::memcpy(key.data() + origin.size() + 1, dest.data(), dest.size());
    const auto found =
        distances_.find(std::string_view(key.data(), origin.size() + 1 + dest.size()));
    if (found == distances_.end()) return std::nullopt;
    return found->second;
}

std::vector<KnownRoute> RouteTable::sorted() const {
    std::vector<KnownRoute> routes;
    routes.reserve(distances_.size());
    for (const auto& [key, miles] : distances_) {
        const std::string_view both = key;
        const std::size_t middle = both.find('\0');
        routes.push_back({both.substr(0, middle), both.substr(middle + 1), miles});
    }
    std::ranges::sort(routes);
    return routes;
}

}  // namespace flightcast::flight
