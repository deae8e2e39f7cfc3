// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/bodies/report_body.h"

#include <boost/json.hpp>
#include <string>
#include <utility>

#include "base/limits.h"

namespace flightcast::gateway::api {

namespace json = boost::json;
using base::limits::kReportsPerPostMax;

namespace {

Problem invalid_reports(std::string detail, std::vector<FieldProblem> errors = {}) {
    return {
        .type = kInvalidRequest,
        .title = "The request is not valid",
        .detail = std::move(detail),
        .errors = std::move(errors)
    };
}

Problem too_many_reports() {
    return {
        .status = 413,
        .type = kInvalidRequest,
        .title = "Too many reports",
        .detail = "At most " + std::to_string(kReportsPerPostMax) +
                  " reports may be sent together; send the rest in another request."
    };
}

std::string count_of(std::size_t faults) {
    return faults == 1 ? "One field is not valid."
                       : std::to_string(faults) + " fields are not valid.";
}

// The reports of a body and the faults of all of them.
struct ReportReading {
    const arrival::ReadRules& rules;
    SubmittedReports submitted{};
    std::vector<FieldProblem> errors{};
    std::size_t faults = 0;

    void keep(std::string pointer, std::string detail) {
        ++faults;
        if (errors.size() >= base::limits::kProblemErrorsMax) return;
        errors.push_back({.pointer = std::move(pointer), .detail = std::move(detail)});
    }

    void read(const json::value& value, const std::string& place) {
        if (!value.is_object()) return keep(place, "a report is a JSON object");
        auto report = arrival::read_arrival(value.get_object(), rules);
        if (report && report->source == arrival::kClientSource) {
            return keep(place + "/Source", "'client' is reserved; give another name");
        }
        if (report) return submitted.reports.push_back(*std::move(report));
        for (arrival::FieldFault& fault : report.error()) {
            keep(place + "/" + fault.field, std::move(fault.detail));
        }
    }
};

}  // namespace

std::expected<SubmittedReports, Problem> read_reports(
    std::string_view body, const arrival::ReadRules& rules
) {
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(body.data(), body.size()), error);
    if (error) {
        return std::unexpected(invalid_reports("The body is not JSON: " + error.message() + "."));
    }
    ReportReading reading{.rules = rules};
    if (value.is_array()) {
        const json::array& list = value.get_array();
        if (list.size() > kReportsPerPostMax) return std::unexpected(too_many_reports());
        reading.submitted.shape = Shape::list;
        for (std::size_t i = 0; i < list.size(); ++i)
            reading.read(list[i], "/" + std::to_string(i));
        if (list.empty()) {
            return std::unexpected(invalid_reports("The list has no report; give one at least."));
        }
    } else {
        reading.read(value, "");
    }
    if (reading.faults == 0) return std::move(reading.submitted);
    return std::unexpected(invalid_reports(count_of(reading.faults), std::move(reading.errors)));
}

}  // namespace flightcast::gateway::api
