// SPDX-License-Identifier: Apache-2.0
#include "replay/flight_list.h"

#include <algorithm>
#include <tuple>

namespace flightcast::replay {

std::size_t FlightList::arrange() {
    const auto name = [this](const Flight& flight) {
        return std::tuple(
            carrier(flight),
            number(flight),
            origin(flight),
            dest(flight),
            flight.day,
            flight.landed,
            flight.file
        );
    };
    std::ranges::sort(flights, [&](const Flight& a, const Flight& b) {
        const bool a_leaves = a.fate != Fate::cancelled;
        const bool b_leaves = b.fate != Fate::cancelled;
        const auto a_place = std::tuple(a.departed, a_leaves);
        const auto b_place = std::tuple(b.departed, b_leaves);
        return a_place != b_place ? a_place < b_place : name(a) < name(b);
    });
    const auto is_same = [](const Flight& a, const Flight& b) {
        return std::tuple(a.departed, a.carrier, a.number, a.origin, a.dest, a.day) ==
               std::tuple(b.departed, b.carrier, b.number, b.origin, b.dest, b.day);
    };
    const auto repeated = std::ranges::unique(flights, is_same);
    const std::size_t count = repeated.size();
    flights.erase(repeated.begin(), repeated.end());
    return count;
}

}  // namespace flightcast::replay
