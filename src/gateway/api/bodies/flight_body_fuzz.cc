// SPDX-License-Identifier: Apache-2.0
//
// A body is taken or refused. A taken one is JSON for Boost.JSON, too, with as many flights, each
// of which makes a request; a refused one is answered with a problem that is JSON and names at
// most as much as it may.
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/limits.h"
#include "flight/intake.h"
#include "gateway/api/bodies/flight_body.h"

namespace {

using namespace flightcast;
using namespace flightcast::gateway::api;
namespace http = flightcast::gateway::http;
namespace json = boost::json;
namespace limits = flightcast::base::limits;

const flight::RouteTable& routes() {
    static const auto table = flight::RouteTable::parse(
        "{\"Origin\":\"ATL\",\"Dest\":\"SFO\",\"Distance\":2139.0}\n"
        "{\"Origin\":\"SFO\",\"Dest\":\"ATL\",\"Distance\":2140}"
    );
    return table.value();
}

void check_taken(std::string_view body, const SubmittedFlights& submitted) {
    json::parse_options options;
    options.max_depth = 2 * limits::kJsonDepthMax;
    boost::system::error_code error;
    const json::value value = json::parse(body, error, {}, options);
    FC_CHECK(!error);
    FC_CHECK(!submitted.flights.empty());
    if (submitted.shape == Shape::one) {
        FC_CHECK(value.is_object());
        FC_CHECK(submitted.flights.size() == 1);
    } else {
        FC_CHECK(value.get_array().size() == submitted.flights.size());
    }
    FC_CHECK(submitted.flights.size() <= limits::kBatchFlightsMax);
    for (const flight::Fields& fields : submitted.flights) {
        FC_CHECK(flight::make_request(fields, routes(), {}).has_value());
    }
}

void check_refused(const Problem& problem) {
    FC_CHECK(problem.status == 400 || problem.status == 413);
    FC_CHECK(problem.errors.size() <= limits::kProblemErrorsMax);
    const http::Response response = problem_response(problem);
    boost::system::error_code error;
    const json::value answer = json::parse(response.body.view(), error);
    FC_CHECK(!error);
    const json::value* errors = answer.get_object().if_contains("errors");
    FC_CHECK((errors == nullptr ? 0 : errors->get_array().size()) == problem.errors.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto submitted = read_flights(body, routes());
    if (submitted) {
        check_taken(body, *submitted);
    } else {
        check_refused(submitted.error());
    }
    return 0;
}
