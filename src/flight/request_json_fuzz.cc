// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a record: a value that is read as a request can be written and read again with the
// same outcome, and so can the response to it.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "flight/document_json.h"
#include "flight/failure_json.h"
#include "flight/prediction_json.h"
#include "flight/request_json.h"

namespace {

using namespace flightcast;

// Equal in all that records keep; NaN is equal to itself.
bool same_request(const flight::Request& a, const flight::Request& b) {
    return flight::encode_request(a) == flight::encode_request(b);
}

void check_request(const flight::Request& request, const flight::TimeZone& zone) {
    const auto again = flight::decode_request(flight::encode_request(request), zone);
    // Spark reads years of more than four digits as numbers only, and so do we.
    if (again && again->timestamp == request.timestamp) FC_CHECK(same_request(*again, request));

    flight::Prediction prediction;
    prediction.request = request;
    prediction.route = flight::route_of(request);
    prediction.predicted = 2;
    const std::string response =
        flight::encode_prediction(prediction, flight::ResponseFields::all, zone);
    FC_CHECK(base::is_utf8(response));
    FC_CHECK(flight::uuid_of_outcome(response) == request.id);
    const auto read = flight::decode_prediction(response, zone);
    FC_CHECK(read.has_value());
    FC_CHECK(base::is_utf8(flight::ok_body("", {*read, {}}, zone)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    static const flight::TimeZone kZone =
        flight::TimeZone::find("Europe/Madrid").value_or(flight::TimeZone());
    const auto request = flight::decode_request(input, kZone);
    if (request) check_request(*request, kZone);
    const auto prediction = flight::decode_prediction(input, kZone);
    if (prediction) FC_CHECK(flight::uuid_of_outcome(input).has_value());

    flight::Failure failure;
    failure.reason = "not_json";
    failure.value = input;
    const auto read = flight::decode_failure(flight::encode_failure(failure));
    FC_CHECK(read.has_value() && read->value.size() <= 10'000);
    (void)flight::decode_failure(input);
    return 0;
}
