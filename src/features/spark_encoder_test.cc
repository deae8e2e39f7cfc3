// SPDX-License-Identifier: Apache-2.0
#include "features/spark_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "features/predictor.h"
#include "flight/predicted_class.h"
#include "forest/spark_testing.h"

namespace flightcast::features {
namespace {

using flight::Request;
using forest::FeatureKind;
using forest::SparkMode;
using ::testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

forest::Schema schema_for(SparkMode mode) {
    forest::Schema schema = forest::make_spark_schema();
    if (mode == SparkMode::as_deployed) return schema;
    const std::vector<std::vector<std::string>> labels = {
        {"WN", "AA", ""}, {"ATL", "SFO"}, {"SFO", "ATL"}, {"ATL-SFO", "SFO-ATL"}
    };
    for (std::size_t i = 0; i < labels.size(); ++i) {
        schema.features[5 + i].kind = FeatureKind::categorical;
        schema.features[5 + i].categories = labels[i];
    }
    return schema;
}

Request make_request() {
    Request request;
    request.dep_delay = 5.1;
    request.distance = 2139;
    request.day_of_month = 25;
    request.day_of_week = 6;
    request.day_of_year = 360;
    request.carrier = "AA";
    request.origin = "ATL";
    request.dest = "SFO";
    return request;
}

void expect_row(const Request& request, SparkMode mode, const std::vector<double>& expected) {
    const auto encoder = SparkEncoder::make(schema_for(mode), mode);
    ASSERT_TRUE(encoder) << encoder.error().detail;
    ASSERT_EQ(encoder->feature_count(), expected.size());
    const SparkRow row = encoder->encode(request);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (std::isnan(expected[i])) {
            EXPECT_TRUE(std::isnan(row[i])) << "feature " << i << " is " << row[i];
        } else {
            EXPECT_EQ(row[i], expected[i]) << "feature " << i;
        }
    }
}

TEST(SparkEncoder, AssemblesAsTheOriginalJobDoes) {
    // Goal: as deployed, indices are missing unless sent; corrected, they are looked up.
    Request request = make_request();
    expect_row(request, SparkMode::as_deployed, {5.1, 2139, 25, 6, 360, kNan, kNan, kNan, kNan});
    expect_row(request, SparkMode::corrected, {5.1, 2139, 25, 7, 360, 1, 0, 0, 0});
    request.indices = flight::SparkIndices{.carrier = 0.5, .route = 7};
    expect_row(request, SparkMode::as_deployed, {5.1, 2139, 25, 6, 360, 0.5, kNan, kNan, 7});
    expect_row(request, SparkMode::corrected, {5.1, 2139, 25, 7, 360, 1, 0, 0, 0});
}

TEST(SparkEncoder, UnknownAndMissingLabelsAreKept) {
    // Goal: handleInvalid = keep: a text without label gets their number; an empty text is a text.
    Request request = make_request();
    request.carrier = "aa";
    request.dest = "ATL";
    expect_row(request, SparkMode::corrected, {5.1, 2139, 25, 7, 360, 3, 0, 1, 2});
    request.carrier = "";
    request.origin.reset();
    expect_row(request, SparkMode::corrected, {5.1, 2139, 25, 7, 360, 2, 2, 1, 2});
    expect_row(Request{}, SparkMode::corrected, {kNan, kNan, kNan, kNan, kNan, 3, 2, 2, 2});
    expect_row(
        Request{}, SparkMode::as_deployed, {kNan, kNan, kNan, kNan, kNan, kNan, kNan, kNan, kNan}
    );
}

TEST(SparkEncoder, DayOfWeekAddsAsSparksIntegersDo) {
    // Goal: the largest number has the smallest as its successor.
    Request request;
    for (const auto& [day, next] :
         {std::pair(0, 1.0), std::pair(-1, 0.0), std::pair(2'147'483'647, -2'147'483'648.0)}) {
        request.day_of_week = day;
        expect_row(request, SparkMode::corrected, {kNan, kNan, kNan, next, kNan, 3, 2, 2, 2});
    }
}

TEST(SparkEncoder, RefusesForeignFeatures) {
    // Goal: a feature that requests lack is named; labels are there exactly when looked up.
    forest::Schema schema = schema_for(SparkMode::as_deployed);
    EXPECT_EQ(SparkEncoder::make(schema, SparkMode::corrected).error().code, base::Errc::corrupt);
    schema.features[1].name = "Weather";
    const auto made = SparkEncoder::make(schema, SparkMode::as_deployed);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, base::Errc::unsupported);
    EXPECT_THAT(made.error().detail, HasSubstr("\"Weather\""));
}

TEST(SparkEncoder, PredictorAnswersByTheBundlesMode) {
    // Goal: one forest, two modes, two answers; both are those of following the trees by hand.
    Request request = make_request();
    request.dep_delay = 11;
    const auto as_deployed =
        Predictor::make(forest::make_small_spark_bundle(SparkMode::as_deployed));
    const auto corrected = Predictor::make(forest::make_small_spark_bundle(SparkMode::corrected));
    ASSERT_TRUE(as_deployed && corrected);
    EXPECT_NE(as_deployed->model_id(), corrected->model_id());
    const auto share = [](double votes) { return votes / 2; };
    EXPECT_EQ(as_deployed->score(request)[2], share(0.6 + 0.25));
    EXPECT_EQ(corrected->score(request)[1], share(0.1 + 1));
    EXPECT_EQ(flight::predicted_class(as_deployed->score(request)), 2U);
    EXPECT_EQ(flight::predicted_class(corrected->score(request)), 1U);
    EXPECT_TRUE(as_deployed->bundle().spark->forest.nodes.empty());
}

}  // namespace
}  // namespace flightcast::features
