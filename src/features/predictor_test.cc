// SPDX-License-Identifier: Apache-2.0
#include "features/predictor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "base/temporary_folder.h"
#include "flight/predicted_class.h"
#include "forest/bundle.h"
#include "forest/bundle_testing.h"

namespace flightcast::features {
namespace {

using base::Errc;
using ::testing::HasSubstr;

flight::Request make_request(double dep_delay, const char* carrier) {
    flight::Request request;
    request.dep_delay = dep_delay;
    request.carrier = carrier;
    return request;
}

TEST(Predictor, ScoresRequestsFromBytesAndFolderAlike) {
    // Goal: both ways of loading a bundle give the same answers under the same name.
    const forest::Bundle bundle = forest::make_small_bundle();
    const base::TemporaryFolder folder;
    ASSERT_TRUE(forest::save_bundle(bundle, folder.path()));
    const auto from_folder = Predictor::load(folder.path());
    ASSERT_TRUE(from_folder) << from_folder.error().detail;
    const forest::BundleBytes bytes = forest::serialize(bundle);
    const auto from_bytes = Predictor::from_bytes(bytes.bundle_json, bytes.forest_bin);
    ASSERT_TRUE(from_bytes) << from_bytes.error().detail;
    EXPECT_EQ(from_bytes->model_id(), "small@" + bundle.version);
    EXPECT_EQ(from_folder->model_id(), from_bytes->model_id());
    EXPECT_EQ(from_bytes->bundle().provenance.train_rows, 80U);

    for (const auto& [request, answer] :
         {std::pair(make_request(5, "AA"), 1U),
          std::pair(make_request(50, "AA"), 2U),
          std::pair(make_request(50, "UA"), 3U),
          std::pair(flight::Request{}, 2U)}) {
        const flight::Probabilities shares = from_bytes->score(request);
        EXPECT_EQ(flight::predicted_class(shares), answer);
        EXPECT_EQ(shares, from_folder->score(request));
        EXPECT_NEAR(shares[0] + shares[1] + shares[2] + shares[3], 1, 1e-12);
    }
}

TEST(Predictor, RefusesBundlesThatCannotBeServed) {
    // Goal: absent, damaged and too new bundles keep their kind of error on the way up.
    const base::TemporaryFolder folder;
    EXPECT_EQ(Predictor::load(folder.path() / "absent").error().code, Errc::not_found);

    forest::Bundle newer = forest::make_small_bundle();
    newer.schema.features[0].name = "Weather";
    newer.version = forest::version_of(newer.schema, newer.forest);
    forest::BundleBytes bytes = forest::serialize(newer);
    EXPECT_EQ(
        Predictor::from_bytes(bytes.bundle_json, bytes.forest_bin).error().code, Errc::unsupported
    );
    bytes = forest::serialize(forest::make_small_bundle());
    bytes.forest_bin.pop_back();
    const auto cut = Predictor::from_bytes(bytes.bundle_json, bytes.forest_bin);
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, Errc::corrupt);
    EXPECT_THAT(cut.error().detail, HasSubstr("forest.bin is cut off"));
}

TEST(Predictor, TheBundledModelIsInOrder) {
    // Goal: models/default loads, is small enough to ship, and answers sensibly.
    const std::filesystem::path folder = FLIGHTCAST_SOURCE_DIR "/models/default";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not there";
    const auto predictor = Predictor::load(folder);
    ASSERT_TRUE(predictor) << predictor.error().detail;
    const auto bytes = std::filesystem::file_size(folder / forest::kBundleFile) +
                       std::filesystem::file_size(folder / forest::kForestFile);
    EXPECT_LT(bytes, 4'000'000U);

    flight::Request request = make_request(90, "AA");
    request.flight_date = "2016-12-25";
    request.origin = "ATL";
    request.dest = "SFO";
    request.distance = 2'139;
    EXPECT_EQ(flight::predicted_class(predictor->score(request)), 3U);
    request.dep_delay = -5;
    EXPECT_LE(flight::predicted_class(predictor->score(request)), 1U);
    const flight::Probabilities unknown = predictor->score(flight::Request{});
    EXPECT_NEAR(unknown[0] + unknown[1] + unknown[2] + unknown[3], 1, 1e-12);
}

TEST(Predictor, TheBundledModelExplainsItsAnswers) {
    // Goal: base and changes add up to the probability of the answered class, and are left out
    // unless asked for.
    const auto predictor = Predictor::load(FLIGHTCAST_SOURCE_DIR "/models/default");
    ASSERT_TRUE(predictor) << predictor.error().detail;
    const std::vector<flight::Request> requests = {
        make_request(90, "AA"), make_request(-5, "AS"), make_request(0, "ZZ"), flight::Request{}
    };
    const auto explained = predictor->answer(requests, Explain::yes);
    const auto plain = predictor->answer(requests, Explain::no);
    ASSERT_EQ(explained.size(), requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const flight::Probabilities& shares = explained[i].probabilities;
        EXPECT_EQ(shares, predictor->score(requests[i]));
        EXPECT_EQ(plain[i].probabilities, shares);
        EXPECT_FALSE(plain[i].contributions);
        ASSERT_TRUE(explained[i].contributions);
        double sum = explained[i].contributions->base;
        for (const auto& [feature, change] : explained[i].contributions->changes) sum += change;
        EXPECT_NEAR(sum, shares.at(flight::predicted_class(shares)), 1e-5);
    }
}

}  // namespace
}  // namespace flightcast::features
