// SPDX-License-Identifier: Apache-2.0
#include "dataset/flight_field.h"

namespace flightcast::dataset {
namespace {

using Names = std::array<std::string_view, 4>;

constexpr std::array<Names, kFlightFieldCount> kNames = {{
    {"FlightDate"},
    {"Reporting_Airline", "Carrier", "UniqueCarrier", "IATA_CODE_Reporting_Airline"},
    {"Origin"},
    {"Dest"},
    {"DepDelay"},
    {"ArrDelay"},
    {"Distance"},
    {"CRSDepTime"},
    {"Cancelled"},
    {"Diverted"},
}};

}  // namespace

std::span<const std::string_view, 4> names_of(FlightField field) {
    return kNames[static_cast<std::size_t>(field)];
}

}  // namespace flightcast::dataset
