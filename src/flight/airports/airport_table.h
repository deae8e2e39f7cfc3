// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "flight/calendar/time_zone.h"

namespace flightcast::flight {

// The place of an airport, and the zone of the clocks on its walls.
struct Airport {
    TimeZone zone;
    double latitude = 0;   // degrees, north is positive
    double longitude = 0;  // degrees, east is positive
};

// Where airports are: from a local time at one to UTC and back (Airport::zone), and how far two are
// apart. Rules of zones, daylight saving time included, are those of the machine's database, which
// the library that reads it brings along (package tzdata).
//
// Thread-safety: immutable once parsed; any thread may read it.
class AirportTable {
  public:
    // Reads JSON lines: {"Zone":"America/Adak","Airports":{"ADK":[51.878,-176.646]}}, latitude
    // first. Blank lines are skipped; of repeated airports the first counts. Airports of a zone
    // that the machine does not know are left out, see unknown_zones().
    //
    // Errors: invalid_argument, names the line and its fault, also when there is no airport at all;
    // unavailable when the machine knows none of the zones.
    [[nodiscard]] static base::Result<AirportTable> parse(std::string_view json_lines);

    // The airport with the IATA code `code`; null if it is unknown. The case counts.
    [[nodiscard]] const Airport* find(std::string_view code) const;

    // Zones of the text that the machine's database lacks.
    [[nodiscard]] const std::vector<std::string>& unknown_zones() const { return unknown_zones_; }

    [[nodiscard]] std::size_t size() const { return airports_.size(); }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    std::string_view read_line(std::string_view line);
    std::string_view read_airports(std::string_view json, const TimeZone& zone);

    std::unordered_map<std::string, Airport, Hash, std::equal_to<>> airports_;
    std::vector<std::string> unknown_zones_;
};

// The great-circle distance in statute miles, as the US Bureau of Transportation Statistics counts
// distances, on a sphere of 3,958.8 miles: 0.5 % off at most.
[[nodiscard]] double miles_between(const Airport& from, const Airport& to);

}  // namespace flightcast::flight
