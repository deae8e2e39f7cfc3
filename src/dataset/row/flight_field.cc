// SPDX-License-Identifier: Apache-2.0
//
// The one table of names that files have for the fields of a flight. "BTS" stands for the US Bureau
// of Transportation Statistics: its prezipped files ("Reporting_Airline"), its download page
// ("OP_UNIQUE_CARRIER") and its marketing carrier files, where the airline that flew goes first.
#include "dataset/row/flight_field.h"

#include <algorithm>
#include <array>

namespace flightcast::dataset {
namespace {

using Names = std::array<std::string_view, 16>;

struct Row {
    std::string_view name;  // in messages
    std::string_view form;
    Names names;  // the rest is empty
};

constexpr std::string_view kNumber = "a number, such as -5 or 12.0";
constexpr std::string_view kWhole = "a whole number";
constexpr std::string_view kText = "text in UTF-8 of at most 256 bytes";
constexpr std::string_view kTime = "a time of day such as 905, 09:05 or 9:05 AM, or a timestamp";
constexpr std::string_view kFlag = "0 or 1, True or False";

// By FlightField.
constexpr std::array<Row, kFlightFieldCount> kRows = {{
    {"FlightDate",
     "a day such as 2015-04-01, 20150401, 4/1/2015 or 1.4.2015, or a timestamp that starts with "
     "one",
     {"FlightDate", "FL_DATE", "Date"}},
    {"Year", kWhole, {"Year"}},
    {"Month", kWhole, {"Month"}},
    {"DayOfMonth", kWhole, {"DayofMonth", "Day"}},
    {"Carrier",
     kText,
     {"Reporting_Airline",
      "Carrier",
      "UniqueCarrier",
      "OP_UNIQUE_CARRIER",
      "OP_CARRIER",
      "Operating_Airline",
      "IATA_CODE_Reporting_Airline",
      "IATA_Code_Operating_Airline",
      "Carrier_Code",
      "MKT_UNIQUE_CARRIER",
      "MKT_CARRIER",
      "Marketing_Airline_Network",
      "IATA_Code_Marketing_Airline",
      "Airline_Code",
      "Airline"}},
    {"FlightNum",
     kText,
     {"FlightNum",
      "Flight_Number_Reporting_Airline",
      "OP_CARRIER_FL_NUM",
      "Flight_Number_Operating_Airline",
      "FL_NUM",
      "FL_NUMBER",
      "FlightNumber",
      "MKT_CARRIER_FL_NUM",
      "Flight_Number_Marketing_Airline",
      "Flight"}},
    {"Origin", kText, {"Origin", "Origin_Airport", "Origin_Airport_Code"}},
    {"Dest",
     kText,
     {"Dest",
      "Destination_Airport",
      "Destination",
      "Dest_Airport",
      "Destination_Airport_Code",
      "Dest_Airport_Code"}},
    {"CRSDepTime",
     kTime,
     {"CRSDepTime",
      "Scheduled_Departure",
      "Sched_Dep_Time",
      "Scheduled_Dep_Time",
      "Scheduled_Departure_Time"}},
    {"DepDelay", kNumber, {"DepDelay", "Departure_Delay"}},
    {"ArrDelay", kNumber, {"ArrDelay", "Arrival_Delay"}},
    {"Distance", kNumber, {"Distance"}},
    {"Cancelled", kFlag, {"Cancelled", "Canceled"}},
    {"Diverted", kFlag, {"Diverted"}},
    {"CRSArrTime",
     kTime,
     {"CRSArrTime",
      "Scheduled_Arrival",
      "Sched_Arr_Time",
      "Scheduled_Arr_Time",
      "Scheduled_Arrival_Time"}},
    {"ArrTime", kTime, {"ArrTime", "Arrival_Time", "Actual_Arrival_Time"}},
    {"UUID", "a UUID", {"UUID"}},
    {"DayOfWeek", kWhole, {"DayOfWeek"}},
    {"DayOfYear", kWhole, {"DayOfYear"}},
    {"Carrier_index", kNumber, {"Carrier_index"}},
    {"Origin_index", kNumber, {"Origin_index"}},
    {"Dest_index", kNumber, {"Dest_index"}},
    {"Route_index", kNumber, {"Route_index"}},
}};
static_assert(std::ranges::all_of(kRows, [](const Row& row) {
    return !row.name.empty() && !row.form.empty() && !row.names[0].empty();
}));

const Row& row_of(FlightField field) {
    return kRows[static_cast<std::size_t>(field)];
}

}  // namespace

std::span<const std::string_view> names_of(FlightField field) {
    const Names& names = row_of(field).names;
    const auto end = std::ranges::find(names, std::string_view());
    return std::span(names).first(static_cast<std::size_t>(end - names.begin()));
}

std::string_view name_of(FlightField field) {
    return row_of(field).name;
}

std::string_view form_of(FlightField field) {
    return row_of(field).form;
}

std::optional<FlightField> find_field(std::string_view name) {
    const std::string wanted = comparable(name);
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        const auto field = static_cast<FlightField>(i);
        if (comparable(name_of(field)) == wanted) return field;
        for (const std::string_view known : names_of(field)) {
            if (comparable(known) == wanted) return field;
        }
    }
    return std::nullopt;
}

std::string comparable(std::string_view name) {
    std::string text;
    for (const char c : name) {
        const bool is_upper = c >= 'A' && c <= 'Z';
        const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                             static_cast<unsigned char>(c) >= 0x80;
        if (is_upper) text += static_cast<char>(c - 'A' + 'a');
        if (is_kept) text += c;
    }
    return text;
}

}  // namespace flightcast::dataset
