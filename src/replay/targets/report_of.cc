// SPDX-License-Identifier: Apache-2.0
#include "replay/targets/report_of.h"

#include <chrono>
#include <string>

#include "arrival/arrival_json.h"

namespace flightcast::replay::targets {
namespace {

flight::CalendarDate date_of(dataset::Day day) {
    const std::chrono::year_month_day date(day);
    return {
        .year = static_cast<int>(date.year()),
        .month = static_cast<std::int32_t>(static_cast<unsigned>(date.month())),
        .day = static_cast<std::int32_t>(static_cast<unsigned>(date.day()))
    };
}

arrival::Arrival report_about(
    const FlightList& list, const Flight& flight, std::chrono::sys_seconds reported
) {
    arrival::Arrival report;
    report.flight_date = date_of(flight.day);
    report.carrier = std::string(list.carrier(flight));
    report.origin = std::string(list.origin(flight));
    report.dest = std::string(list.dest(flight));
    if (!list.number(flight).empty()) report.flight_num = std::string(list.number(flight));
    report.crs_dep_time = flight.scheduled_minute / 60 * 100 + flight.scheduled_minute % 60;
    report.reported_at = reported;
    report.source = kReplaySource;
    return report;
}

void tell_departure(arrival::Arrival& report, const Flight& flight) {
    report.dep_delay = flight.dep_delay;
    report.departed_at = flight.departed;
}

}  // namespace

arrival::Arrival arrival_of(const FlightList& list, const PlannedReport& planned) {
    const Flight& flight = list.flights[planned.flight];
    arrival::Arrival report = report_about(list, flight, planned.time);
    report.cancelled = flight.fate == Fate::cancelled;
    report.diverted = flight.fate == Fate::diverted;
    if (report.cancelled) return report;
    tell_departure(report, flight);
    if (report.diverted) return report;
    report.arr_delay = flight.arr_delay;
    report.arrived_at = flight.landed;
    return report;
}

arrival::Arrival departure_of(const FlightList& list, const PlannedReport& planned) {
    const Flight& flight = list.flights[planned.flight];
    arrival::Arrival report = report_about(list, flight, planned.time);
    tell_departure(report, flight);
    return report;
}

eventlog::NewRecord record_of(const std::string& topic, const arrival::Arrival& report) {
    return {
        .topic = topic,
        .key = arrival::record_key(report),
        .value = arrival::encode_arrival(report),
        .headers = {{"content-type", "application/json"}, {"schema", "1"}}
    };
}

}  // namespace flightcast::replay::targets
