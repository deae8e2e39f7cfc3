// SPDX-License-Identifier: Apache-2.0
#include "batch/flight_rows.h"

#include <optional>
#include <string_view>
#include <utility>

#include "dataset/flight_request.h"
#include "dataset/row/cells.h"

namespace flightcast::batch {
namespace {

using dataset::FlightField;
using dataset::RawFlight;
using dataset::RowFault;
using flight::Request;
using flight::SparkIndices;

struct RecordNumber {
    FlightField field;
    std::optional<std::int32_t> Request::* member;
};

constexpr std::array kNumbers = {
    RecordNumber{FlightField::day_of_month, &Request::day_of_month},
    RecordNumber{FlightField::day_of_week, &Request::day_of_week},
    RecordNumber{FlightField::day_of_year, &Request::day_of_year},
};

struct RecordIndex {
    FlightField field;
    std::optional<double> SparkIndices::* member;
};

constexpr std::array kIndices = {
    RecordIndex{FlightField::carrier_index, &SparkIndices::carrier},
    RecordIndex{FlightField::origin_index, &SparkIndices::origin},
    RecordIndex{FlightField::dest_index, &SparkIndices::dest},
    RecordIndex{FlightField::route_index, &SparkIndices::route},
};

std::optional<RowFault> read_number(
    const RawFlight& raw, const RecordNumber& number, Request& request
) {
    const std::string_view text = raw.get(number.field);
    if (text.empty()) return std::nullopt;
    const auto value = dataset::parse_whole(text);
    if (!value || !std::in_range<std::int32_t>(*value)) return fault_of(number.field, text);
    request.*number.member = static_cast<std::int32_t>(*value);
    return std::nullopt;
}

std::optional<RowFault> read_index(
    const RawFlight& raw, const RecordIndex& index, Request& request
) {
    const std::string_view text = raw.get(index.field);
    if (text.empty()) return std::nullopt;
    const auto value = dataset::parse_number(text);
    if (!value) return fault_of(index.field, text);
    if (!request.indices) request.indices.emplace();
    *request.indices.*index.member = value;
    return std::nullopt;
}

// The fields of records of the request topic; the first fault, if there is one.
std::optional<RowFault> read_record_fields(const RawFlight& raw, Request& request) {
    const std::string_view text = raw.get(FlightField::uuid);
    if (text.empty()) return std::nullopt;
    const auto id = base::Uuid::parse(text);
    if (!id) return fault_of(FlightField::uuid, text);
    request.id = *id;
    for (const RecordNumber& number : kNumbers) {
        if (auto fault = read_number(raw, number, request)) return fault;
    }
    for (const RecordIndex& index : kIndices) {
        if (auto fault = read_index(raw, index, request)) return fault;
    }
    return std::nullopt;
}

void fill_distance(const flight::RouteTable& routes, Request& request) {
    if (request.distance || !request.origin || !request.dest) return;
    request.distance = routes.distance(*request.origin, *request.dest);
}

}  // namespace

std::expected<Request, RowFault> RowReader::read(
    const std::shared_ptr<const dataset::FlightLayout>& layout, std::span<char> line
) {
    const RawFlight& raw = parser_.parse(layout, line);
    const auto row = dataset::read_row(raw);
    if (!row) return std::unexpected(row.error());
    Request request = dataset::to_request(*row);
    if (auto fault = read_record_fields(raw, request)) return std::unexpected(*std::move(fault));
    fill_distance(routes_, request);
    return request;
}

}  // namespace flightcast::batch
