// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "dataset/dictionary.h"
#include "dataset/row/day.h"

namespace flightcast::replay {

enum class Fate : std::uint8_t { landed, diverted, cancelled };

// One flight of the files, small enough that months of them fit into memory. Texts are codes of
// the list's dictionaries.
struct Flight {
    std::chrono::sys_seconds departed;  // a cancelled one: when it should have left
    std::chrono::sys_seconds landed;    // a diverted one: when it was expected; cancelled: as above
    dataset::Day day;
    std::uint16_t carrier = 0;
    std::uint16_t number = 0;
    std::uint16_t origin = 0;
    std::uint16_t dest = 0;
    std::int16_t scheduled_minute = 0;  // of the day, 0 .. 1439, local to the origin
    Fate fate = Fate::landed;
    std::uint16_t file = 0;        // of those that were read, by number
    float dep_delay = 0;           // minutes, negative is early; NaN when cancelled
    float arr_delay = 0;           // the same; NaN unless landed
    float distance = 0;            // miles; NaN when missing
    std::int32_t known_after = 0;  // seconds from `landed` to its report; 0 in files
};

// Flights in the order in which they left; of the same moment the cancelled ones first, then by
// carrier, number, origin and destination, so that the order of files and rows makes no difference.
struct FlightList {
    dataset::Dictionary carriers;
    dataset::Dictionary numbers;  // of flights; "" for those without
    dataset::Dictionary airports;
    std::vector<Flight> flights;

    [[nodiscard]] std::string_view carrier(const Flight& flight) const {
        return carriers.text(flight.carrier);
    }
    [[nodiscard]] std::string_view number(const Flight& flight) const {
        return numbers.text(flight.number);
    }
    [[nodiscard]] std::string_view origin(const Flight& flight) const {
        return airports.text(flight.origin);
    }
    [[nodiscard]] std::string_view dest(const Flight& flight) const {
        return airports.text(flight.dest);
    }

    // Puts the flights in order and removes repetitions: the same flight at the same moment.
    // Returns how many were removed.
    std::size_t arrange();
};

}  // namespace flightcast::replay
