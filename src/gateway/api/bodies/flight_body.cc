// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/bodies/flight_body.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/limits.h"
#include "flight/intake.h"
#include "gateway/api/bodies/flight_collector.h"

namespace flightcast::gateway::api {

using base::limits::kBatchFlightsMax;

namespace {

Problem invalid(std::string detail, std::vector<FieldProblem> errors = {}) {
    return {
        .type = kInvalidRequest,
        .title = "The request is not valid",
        .detail = std::move(detail),
        .errors = std::move(errors)
    };
}

// "line 3, column 7" of the place at `offset`.
std::string place_of(std::string_view body, std::size_t offset) {
    const std::string_view before = body.substr(0, offset);
    const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    return "line " + std::to_string(lines + 1) + ", column " +
           std::to_string(offset - line_start + 1);
}

Problem too_many() {
    return {
        .status = 413,
        .type = kInvalidRequest,
        .title = "Too many flights",
        .detail = "At most " + std::to_string(kBatchFlightsMax) +
                  " flights may be submitted together; send the rest in another request."
    };
}

// "Origin: no airport ..." -> "no airport ...": the pointer names the field already.
std::string without_name(const flight::FieldError& error) {
    return error.message.substr(error.field.size() + 2);
}

// Adds the findings of the flights' own rules, unless a field was complained about already.
void check_values(FlightCollector& collected, const flight::RouteTable& routes) {
    for (std::size_t i = 0; i < collected.size(); ++i) {
        const flight::Fields* const fields = collected.flight(i);
        if (fields == nullptr) continue;
        for (const flight::FieldError& error : flight::find_errors(*fields, routes)) {
            collected.complain(i, error.field, without_name(error));
        }
    }
}

}  // namespace

std::expected<SubmittedFlights, Problem> read_flights(
    std::string_view body, const flight::RouteTable& routes
) {
    FlightCollector collected;
    if (const auto fault = collected.read(body)) {
        if (fault->kind == FlightCollector::Fault::too_many) return std::unexpected(too_many());
        return std::unexpected(invalid(
            "The body is not JSON: " + fault->why + " at " + place_of(body, fault->offset) + "."
        ));
    }
    if (collected.size() == 0) {
        return std::unexpected(invalid(
            "A flight is needed: a JSON object with DepDelay, Carrier, FlightDate, Origin and "
            "Dest, "
            "or an array of up to " +
            std::to_string(kBatchFlightsMax) + " of them."
        ));
    }
    check_values(collected, routes);
    if (collected.complaints() > 0) {
        const std::string count = std::to_string(collected.complaints());
        std::string detail = collected.complaints() == 1 ? "One field is not valid."
                                                         : count + " fields are not valid.";
        return std::unexpected(invalid(std::move(detail), collected.take_errors()));
    }
    return SubmittedFlights{collected.shape(), collected.take_flights()};
}

}  // namespace flightcast::gateway::api
