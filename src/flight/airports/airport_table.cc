// SPDX-License-Identifier: Apache-2.0
#include "flight/airports/airport_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "text/json_reader.h"

namespace flightcast::flight {
namespace {

using base::Errc;
using base::fail;

constexpr std::size_t kCodeBytesMax = 32;
constexpr double kEarthMiles = 3'958.8;

struct Place {
    double latitude = 0;
    double longitude = 0;
};

std::optional<double> take_number(std::string_view& text, char end) {
    double number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stop == text.data() + text.size() || *stop != end) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
    return number;
}

// "[51.878,-176.646]"
std::optional<Place> read_place(std::string_view text) {
    if (!text.starts_with('[')) return std::nullopt;
    text.remove_prefix(1);
    const auto latitude = take_number(text, ',');
    if (!latitude || std::abs(*latitude) > 90) return std::nullopt;
    const auto longitude = take_number(text, ']');
    if (!longitude || std::abs(*longitude) > 180 || !text.empty()) return std::nullopt;
    return Place{*latitude, *longitude};
}

bool is_blank_line(std::string_view line) {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

double radians(double degrees) {
    return degrees * std::numbers::pi / 180;
}

}  // namespace

// The fault; empty if there is none.
std::string_view AirportTable::read_airports(std::string_view json, const TimeZone& zone) {
    text::JsonReader reader(json);
    while (const auto member = reader.next()) {
        const auto place = read_place(member->value.text);
        if (!place) return "an airport must be [latitude,longitude], in degrees";
        if (member->key.empty() || member->key.size() > kCodeBytesMax) return "bad airport code";
        airports_.try_emplace(
            std::string(member->key),
            Airport{.zone = zone, .latitude = place->latitude, .longitude = place->longitude}
        );
    }
    return reader.ok() ? "" : "Airports is not a JSON object";
}

// The fault; empty if there is none.
std::string_view AirportTable::read_line(std::string_view line) {
    using Kind = text::JsonValue::Kind;
    text::JsonReader reader(line);
    std::string zone_name;
    std::string_view airports;
    while (const auto member = reader.next()) {
        const text::JsonValue& value = member->value;
        if (member->key == "Zone" && value.kind == Kind::string) zone_name = value.to_string();
        if (member->key == "Airports" && value.kind == Kind::object) airports = value.text;
    }
    if (!reader.ok()) return "not a JSON object";
    if (zone_name.empty()) return "Zone must be the name of a time zone";
    if (airports.empty()) return "Airports must be an object";
    auto zone = TimeZone::find(zone_name);
    if (zone) return read_airports(airports, *zone);
    unknown_zones_.push_back(std::move(zone_name));
    return {};
}

base::Result<AirportTable> AirportTable::parse(std::string_view json_lines) {
    AirportTable table;
    for (std::size_t number = 1; !json_lines.empty(); ++number) {
        const std::size_t end = std::min(json_lines.find('\n'), json_lines.size());
        const std::string_view line = json_lines.substr(0, end);
        json_lines.remove_prefix(std::min(end + 1, json_lines.size()));
        if (is_blank_line(line)) continue;
        const std::string_view wrong = table.read_line(line);
        if (wrong.empty()) continue;
        return fail(
            Errc::invalid_argument,
            "airports, line " + std::to_string(number) + ": " + std::string(wrong)
        );
    }
    if (!table.airports_.empty()) return table;
    if (table.unknown_zones_.empty())
        return fail(Errc::invalid_argument, "airports: the list is empty");
    return fail(
        Errc::unavailable,
        "this machine has no time zone database, so local times at airports cannot be read; "
        "install "
        "the package tzdata"
    );
}

const Airport* AirportTable::find(std::string_view code) const {
    const auto found = airports_.find(code);
    return found == airports_.end() ? nullptr : &found->second;
}

// The haversine formula, which is exact for near places, too.
double miles_between(const Airport& from, const Airport& to) {
    const double up = std::sin(radians(to.latitude - from.latitude) / 2);
    const double along = std::sin(radians(to.longitude - from.longitude) / 2);
    const double part =
        up * up + std::cos(radians(from.latitude)) * std::cos(radians(to.latitude)) * along * along;
    return 2 * kEarthMiles * std::asin(std::min(1.0, std::sqrt(part)));
}

}  // namespace flightcast::flight
