// SPDX-License-Identifier: Apache-2.0
#include "dataset/route_file.h"

#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "dataset/flight_file.h"
#include "dataset/row/flight_row.h"
#include "dataset/row/row_parser.h"
#include "text/json_text.h"
#include "text/number_text.h"

namespace flightcast::dataset {
namespace {

constexpr std::array kRouteFields = {FlightField::origin, FlightField::dest, FlightField::distance};

using Miles = std::map<std::pair<std::string, std::string>, double>;

// The table reads its own form, JSON lines; `file` is the file's name in errors.
base::Result<flight::RouteTable> make_table(const Miles& miles, const std::string& file) {
    std::string lines;
    for (const auto& [ends, distance] : miles) {
        lines += "{\"Origin\":";
        text::append_java_string(lines, ends.first);
        lines += ",\"Dest\":";
        text::append_java_string(lines, ends.second);
        lines += ",\"Distance\":";
        text::append_java_double(lines, distance);
        lines += "}\n";
    }
    auto table = flight::RouteTable::parse(lines);
    if (table) return table;
    const std::string& detail = table.error().detail;  // "routes, line 5: Origin must be ..."
    return base::fail(table.error().code, file + detail.substr(detail.find(": ")));
}

}  // namespace

base::Result<flight::RouteTable> load_route_file(
    const std::filesystem::path& path, const ColumnNames& columns
) {
    FC_TRY(FlightFile file, FlightFile::open(path, {.columns = columns, .needed = kRouteFields}));
    Miles miles;
    RowParser parser;
    while (true) {
        FC_TRY(const std::optional<RowText> text, file.next());
        if (!text) break;
        const auto row = read_row(parser.parse(file.layout(), text->text));
        const auto refuse = [&](const RowFault& fault) {
            return base::fail(
                base::Errc::invalid_argument,
                file.name() + ":" + std::to_string(text->line) + ": " + fault.text()
            );
        };
        if (!row) return refuse(row.error());
        if (row->origin.empty()) return refuse(fault_of(FlightField::origin, ""));
        if (row->dest.empty()) return refuse(fault_of(FlightField::dest, ""));
        if (std::isnan(row->distance)) return refuse(fault_of(FlightField::distance, ""));
        miles.try_emplace({std::string(row->origin), std::string(row->dest)}, row->distance);
    }
    return make_table(miles, file.name());
}

}  // namespace flightcast::dataset
