// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "arrival/arrival.h"

namespace flightcast::arrival {

// The fault of one field of a report.
struct FieldFault {
    std::string field;   // as the report calls it: "ArrDelay", "ReportedAt", ...; empty: all of it
    std::string detail;  // the fault and the accepted values, without the name of the field

    bool operator==(const FieldFault&) const = default;
};
using Faults = std::vector<FieldFault>;  // one for each invalid field, in the order of the fields

// How a report is read.
struct ReadRules {
    // The time at which it was handed in: a ReportedAt more than limits::kReportedAheadMax later is
    // a fault.
    base::WallTime now;
    // Whether fields that are not of a report are faults; else they are passed over.
    bool refuses_unknown = true;
    // Whether the report may go without a flight, because something else names its prediction.
    bool is_of_known_request = false;
};

// Reads and checks one report:
//
// | field | value | needed |
// |---|---|---|
// | FlightDate | string, a date in the years 1980 to 2100 | without UUID |
// | Carrier, Origin, Dest | string, not empty | without UUID |
// | FlightNum | string or whole number; null or "" is none | no |
// | CRSDepTime | string "hhmm" or "hh:mm", or hhmm as a number | no |
// | DepDelay, ArrDelay | number of minutes, at most 100,000 either way | see below |
// | Cancelled, Diverted | true or false | see below |
// | DepartedAt, ArrivedAt, ReportedAt | string, a point in time with Z or an offset | no |
// | Source | string of at most 64 bytes | no |
// | UUID | string, the id of a prediction | no |
//
// A report tells one thing at least: ArrDelay, Cancelled or Diverted, or of a departure DepDelay or
// DepartedAt; and ArrDelay, Cancelled and Diverted exclude each other. ArrivedAt is not before
// DepartedAt, and not earlier than FlightDate begins anywhere. Strings have at most
// limits::kFieldBytesMax bytes. null is as good as absent.
[[nodiscard]] std::expected<Arrival, Faults> read_arrival(
    const boost::json::object& report, const ReadRules& rules
);

// The same from the text of one JSON object, as the arrival topic holds it.
[[nodiscard]] std::expected<Arrival, Faults> decode_arrival(
    std::string_view json, const ReadRules& rules
);

// The value of a record of the arrival topic: compact, raw UTF-8, absent fields left out:
//
//     {"FlightDate":"2008-04-01","Carrier":"AA","Origin":"ATL","Dest":"SFO","FlightNum":"123",
//     "CRSDepTime":1030,"DepDelay":5.0,"DepartedAt":"2008-04-01T14:35:00.000000Z","ArrDelay":12.0,
//     "Cancelled":true,"Diverted":true,"ArrivedAt":"...","ReportedAt":"...","Source":"towers",
//     "UUID":"..."}
//
// on one line. REQUIRES: strings are UTF-8, numbers finite.
[[nodiscard]] std::string encode_arrival(const Arrival& arrival);

// "ArrDelay: is not a number ...", the faults as one text for people.
[[nodiscard]] std::string text_of(const Faults& faults);

}  // namespace flightcast::arrival
