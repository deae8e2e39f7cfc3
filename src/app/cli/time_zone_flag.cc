// SPDX-License-Identifier: Apache-2.0
#include "app/cli/time_zone_flag.h"

#include <algorithm>

#include "app/cli/nearest.h"
#include "flight/calendar/time_zone_names.h"

namespace flightcast::app::cli {
namespace {

// "New York" and "new_york" alike.
std::string folded(std::string_view name) {
    std::string text(name);
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == ' ') c = '_';
    }
    return text;
}

}  // namespace

std::string nearest_zone(std::string_view name, const std::vector<std::string>& known) {
    if (name.empty()) return {};
    const std::string wanted = folded(name);
    std::vector<std::string> names;
    names.reserve(known.size());
    for (const std::string& zone : known) names.push_back(folded(zone));
    const auto named = [&known, &names](auto found) {
        return found == names.end() ? std::string()
                                    : known[static_cast<std::size_t>(found - names.begin())];
    };
    const auto same = std::ranges::find(names, wanted);
    if (same != names.end()) return named(same);
    const auto city = std::ranges::find_if(names, [&wanted](const std::string& zone) {
        return zone.ends_with("/" + wanted);
    });
    if (city != names.end()) return named(city);
    return named(std::ranges::find(names, nearest_name(wanted, names)));
}

base::Result<flight::TimeZone> find_time_zone(const std::string& name) {
    auto zone = flight::TimeZone::find(name);
    if (zone) return zone;
    const std::string nearest = nearest_zone(name, flight::time_zone_names());
    const std::string question = nearest.empty() ? "" : "; did you mean '" + nearest + "'?";
    return base::fail(zone.error().code, zone.error().detail + question);
}

}  // namespace flightcast::app::cli
