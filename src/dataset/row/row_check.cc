// SPDX-License-Identifier: Apache-2.0
#include "dataset/row/row_check.h"

#include <cmath>

namespace flightcast::dataset {
namespace {

constexpr double kDelayMinutesMax = 14'400;  // Ten days; more is a slip of the pen.
constexpr double kDistanceMilesMax = 20'000;

}  // namespace

std::optional<RowFault> find_fault(const FlightRow& row, const RawFlight& raw) {
    const auto fault = [&raw](FlightField field) { return fault_of(field, raw.get(field)); };
    if (!row.day) return fault(FlightField::flight_date);
    const auto is_beyond = [&raw](FlightField field, std::string_view limit) {
        return beyond(field, raw.get(field), limit);
    };
    constexpr std::string_view kMinutes = "14400 minutes";
    if (std::abs(row.dep_delay) > kDelayMinutesMax) {
        return is_beyond(FlightField::dep_delay, kMinutes);
    }
    if (std::abs(row.arr_delay) > kDelayMinutesMax) {
        return is_beyond(FlightField::arr_delay, kMinutes);
    }
    if (std::abs(row.distance) > kDistanceMilesMax) {
        return is_beyond(FlightField::distance, "20000 miles");
    }
    if (row.carrier.empty()) return fault(FlightField::carrier);
    if (row.origin.empty()) return fault(FlightField::origin);
    if (row.dest.empty()) return fault(FlightField::dest);
    return std::nullopt;
}

}  // namespace flightcast::dataset
