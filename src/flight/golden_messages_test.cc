// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>

#include "flight/golden_messages_testing.h"
#include "flight/golden_testing.h"
#include "flight/prediction_json.h"
#include "flight/request_json.h"

namespace flightcast::flight {
namespace {

// The response that we would write, or the reason of the fault.
std::string answer_to(const std::string& request, double predicted, const TimeZone& zone) {
    const auto decoded = decode_request(request, zone);
    if (!decoded) return decoded.error().reason;
    Prediction prediction;
    prediction.request = *decoded;
    prediction.route = route_of(*decoded);
    prediction.predicted = predicted;
    return encode_prediction(prediction, ResponseFields::original, zone);
}

void check_message(const GoldenMessage& message) {
    const std::string value = message.value.value_or("");
    for (std::size_t i = 0; i < std::size(kGoldenZones); ++i) {
        const auto zone = TimeZone::find(kGoldenZones[i]);
        ASSERT_TRUE(zone.has_value()) << zone.error().detail;
        const std::string& original = message.answers[i];
        double predicted = 0;
        if (!original.empty()) {
            predicted = boost::json::parse(original).at("Prediction").to_number<double>();
        }
        const std::string answer = answer_to(value, predicted, *zone);
        EXPECT_TRUE(is_golden_answer(message, i, answer))
            << message.note << " in " << kGoldenZones[i] << "\n  request  " << value.substr(0, 400)
            << "\n  original " << original << "\n  ours     " << answer;
    }
}

// Goal: every value gets the original's response, byte for byte and in three time zones, except
// where we differ on purpose; the prediction itself is taken from the original.
TEST(GoldenMessages, AreAnsweredAsTheOriginalDoes) {
    const auto files = golden_files(
        FLIGHTCAST_SOURCE_DIR, "spark353_messages.jsonl", "golden_spark353_messages.jsonl.gz"
    );
    for (const auto& file : files) {
        const auto messages = golden_messages(file);
        for (const GoldenMessage& message : messages) check_message(message);
        EXPECT_GE(messages.size(), 20U) << file;
    }
}

}  // namespace
}  // namespace flightcast::flight
