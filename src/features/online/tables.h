// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "features/online/table.h"

namespace flightcast::features::online {

// The tables of the fold. Each row: half-lives of its means, then half-life and stationary standard
// deviation (minutes) of its parts of the additive model, then how many keys it may have. Names of
// means tell their place in an entry.

// All flights.
namespace system_means {
enum : std::size_t { lost_4h, lost_7d };
}
inline constexpr Shape<2, 1> kSystem = {{4 * kHour, 7 * kDay}, {{{30 * kDay, 1.5}}}, 1};

namespace carrier_means {
enum : std::size_t { lost_4h };
}
inline constexpr Shape<1, 1> kCarrier = {{4 * kHour}, {{{30 * kDay, 1.5}}}, 4'096};

// Flights out of an airport, and into one.
namespace origin_means {
enum : std::size_t { lost_1h };
}
inline constexpr Shape<1, 2> kOrigin = {
    {1 * kHour}, {{{2 * kHour, 2.2}, {12 * kHour, 1.5}}}, 8'192
};
namespace dest_means {
enum : std::size_t { lost_2h, lost_7d };
}
inline constexpr Shape<2, 2> kDest = {
    {2 * kHour, 7 * kDay}, {{{1 * kHour, 2.5}, {8 * kHour, 1.5}}}, 8'192
};

namespace route_means {
enum : std::size_t { lost_8h, lost_14d, squared_14d, elapsed_8h, elapsed_14d };
}
inline constexpr Shape<5, 3> kRoute = {
    {8 * kHour, 14 * kDay, 14 * kDay, 8 * kHour, 14 * kDay},
    {{{8 * kHour, 2}, {2 * kDay, 2}, {30 * kDay, 2.5}}},
    keys_of_groups(4'096)
};

namespace carrier_route_means {
enum : std::size_t { lost_14d, block_14d };
}
inline constexpr Shape<2, 1> kCarrierRoute = {
    {14 * kDay, 14 * kDay}, {{{20 * kDay, 2}}}, keys_of_groups(4'096)
};

// A flight number between two airports.
namespace number_means {
enum : std::size_t { lost_21d, squared_21d, block_3d };
}
inline constexpr Shape<3, 2> kNumber = {
    {21 * kDay, 21 * kDay, 3 * kDay}, {{{40 * kDay, 3}, {3 * kDay, 1.5}}}, keys_of_groups(8'192)
};

// The wind: from one region to another by the distance in thousands of miles, and the two ends.
namespace region_means {
enum : std::size_t { lost_2h };
}
inline constexpr Shape<1, 2> kRegions = {
    {2 * kHour}, {{{3 * kHour, 2}, {12 * kHour, 2}}}, keys_of_groups(4'096)
};
inline constexpr Shape<0, 1> kRegionEnd = {{}, {{{2 * kHour, 1.2}}}, 4'096};

// Departure delays.
namespace departure_means {
enum : std::size_t { delay };
}
inline constexpr Shape<1, 0> kCarrierOriginDepartures = {{2 * kHour}, {}, keys_of_groups(2'048)};
inline constexpr Shape<1, 0> kOriginDepartures = {{1 * kHour}, {}, 8'192};
inline constexpr Shape<1, 0> kDestDepartures = {{2 * kHour}, {}, 8'192};

// All of them. A copy is the state at a moment.
struct Tables {
    Table<2, 1> system{kSystem};
    Table<1, 1> carrier{kCarrier};
    Table<1, 2> origin{kOrigin};
    Table<2, 2> dest{kDest};
    Table<5, 3> route{kRoute};
    Table<2, 1> carrier_route{kCarrierRoute};
    Table<3, 2> number{kNumber};
    Table<1, 2> regions{kRegions};
    Table<0, 1> region_from{kRegionEnd};
    Table<0, 1> region_to{kRegionEnd};
    Table<1, 0> carrier_origin_departures{kCarrierOriginDepartures};
    Table<1, 0> origin_departures{kOriginDepartures};
    Table<1, 0> dest_departures{kDestDepartures};
};

// Calls `visit` with each table, in the order of a state's bytes.
template <typename AnyTables, typename Visit>
void for_each_table(AnyTables& tables, const Visit& visit) {
    visit(tables.system);
    visit(tables.carrier);
    visit(tables.origin);
    visit(tables.dest);
    visit(tables.route);
    visit(tables.carrier_route);
    visit(tables.number);
    visit(tables.regions);
    visit(tables.region_from);
    visit(tables.region_to);
    visit(tables.carrier_origin_departures);
    visit(tables.origin_departures);
    visit(tables.dest_departures);
}

}  // namespace flightcast::features::online
