// SPDX-License-Identifier: Apache-2.0
#include "drift/report_json.h"

#include <array>
#include <boost/json.hpp>
#include <string_view>

#include "base/limits.h"
#include "flight/calendar/timestamp.h"

namespace flightcast::drift {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> kVerdicts = {"not enough", "none", "drift"};

std::string time_of(Hour hour) {
    std::string text;
    flight::append_utc(text, hour);
    return text;
}

json::object to_json(const Shift& shift) {
    json::object object{{"verdict", kVerdicts[static_cast<std::size_t>(shift.verdict)]}};
    if (shift.verdict != Verdict::not_enough) {
        object["psi"] = shift.psi;
        object["threshold"] = shift.threshold;
    }
    object["flights"] = shift.flights;
    object["reference"] = shift.reference;
    return object;
}

json::object to_json(const Compared& compared) {
    return {
        {"name", compared.name},
        {"training", to_json(compared.training)},
        {"last_week", to_json(compared.last_week)},
    };
}

json::object to_json(const Share& share) {
    json::object object{{"flights", share.flights}};
    if (share.flights < base::limits::kFewFlights) return object;
    object["share"] = share.share;
    object["error"] = share.error;
    return object;
}

}  // namespace

std::string drift_json(const Report& report) {
    json::array features;
    for (const Compared& feature : report.features) features.push_back(to_json(feature));
    json::object object{{"model", report.model}};
    if (report.to != Hour{}) {
        object["from"] = time_of(report.from);
        object["to"] = time_of(report.to);
    }
    object["flights"] = report.flights;
    object["features"] = std::move(features);
    object["answers"] = to_json(report.answers);
    object["accuracy"] = json::object{
        {"expected", to_json(report.expected)},
        {"judged", to_json(report.judged)},
        {"expected_of_judged", to_json(report.expected_of_judged)},
    };
    return json::serialize(object) + "\n";
}

}  // namespace flightcast::drift
