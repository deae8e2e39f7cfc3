// SPDX-License-Identifier: Apache-2.0
#include "drift/fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "drift/bins.h"
#include "drift/report_json.h"
#include "drift/stage.h"
#include "flight/prediction_json.h"

namespace flightcast::drift {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr base::WallTime kStart{std::chrono::sys_days(std::chrono::year(2008) / 4 / 1)};

// A model of departure delay and carrier, that learned from delays of 0 to 99 minutes.
std::shared_ptr<const Reference> test_reference() {
    auto reference = std::make_shared<Reference>();
    reference->model = "m@1";
    const forest::Schema schema{
        .features =
            {{.name = "DepDelay"},
             {.name = "Carrier",
              .kind = forest::FeatureKind::categorical,
              .categories = {"AA", "UA", "WN"}}},
        .encodings = {}
    };
    reference->encoder = *features::Encoder::make(schema);
    reference->places = {0, 1};
    std::vector<float> delays, carriers;
    for (int i = 0; i < 100'000; ++i) {
        delays.push_back(static_cast<float>(i % 100));
        carriers.push_back(static_cast<float>(i % 3));
    }
    reference->distributions.features = {
        numeric_distribution("DepDelay", delays), categorical_distribution("Carrier", carriers)
    };
    reference->distributions.answers = {0, 50'000, 25'000, 25'000};
    return reference;
}

// Requests as they come, from a seed.
class Traffic {
  public:
    explicit Traffic(std::uint64_t seed) : random_(seed) {}

    flight::Prediction next(int later_minutes = 0, const char* carrier = nullptr) {
        flight::Prediction prediction;
        prediction.request.id = base::Uuid::random(random_);
        prediction.request.dep_delay = later_minutes + static_cast<int>(random_.below(100));
        const char* const carriers[] = {"AA", "UA", "WN"};
        prediction.request.carrier = carrier != nullptr ? carrier : carriers[random_.below(3)];
        prediction.predicted =
            random_.below(2) == 0 ? 1 : 2 + static_cast<double>(random_.below(2));
        prediction.probabilities = flight::Probabilities{0.2, 0.2, 0.2, 0.2};
        prediction.probabilities->at(static_cast<std::size_t>(prediction.predicted)) = 0.6;
        prediction.model = "m@1";
        return prediction;
    }
    std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }

  private:
    base::SeededRandom random_;
};

judging::Evaluation judged_of(
    const flight::Prediction& prediction, base::WallTime asked, bool is_right
) {
    judging::Evaluation evaluation;
    evaluation.id = prediction.request.id;
    evaluation.model = *prediction.model;
    evaluation.requested_at = asked;
    evaluation.predicted = static_cast<std::size_t>(prediction.predicted);
    evaluation.probabilities = prediction.probabilities;
    evaluation.observed = is_right ? evaluation.predicted : 0;
    return evaluation;
}

TEST(Fold, FindsAPlantedShiftWithinAWindow) {
    // Goal: a week without a change raises no alarm against training nor against the week before;
    // delays that are 30 minutes longer do within a window, and the other features stay quiet.
    constexpr std::uint64_t kSeed = 5;
    Traffic traffic(kSeed);
    Fold fold(test_reference());
    for (int hour = 0; hour < 8 * 24; ++hour) {
        for (int i = 0; i < 60; ++i) fold.add(traffic.next(), kStart + std::chrono::hours(hour));
        const Report report = *fold.report();
        for (const Compared& feature : report.features) {
            ASSERT_NE(feature.training.verdict, Verdict::drift) << feature.name << " " << hour;
            ASSERT_NE(feature.last_week.verdict, Verdict::drift) << feature.name << " " << hour;
        }
        ASSERT_EQ(report.answers.training.verdict, hour < 8 ? Verdict::not_enough : Verdict::none);
    }
    EXPECT_EQ(fold.report()->features[0].last_week.verdict, Verdict::none) << "a week is known";
    std::optional<int> found;
    for (int hour = 8 * 24; hour < 9 * 24 && !found; ++hour) {
        for (int i = 0; i < 60; ++i) fold.add(traffic.next(30), kStart + std::chrono::hours(hour));
        const Report report = *fold.report();
        ASSERT_NE(report.features[1].training.verdict, Verdict::drift);
        if (report.features[0].training.verdict == Verdict::drift &&
            report.features[0].last_week.verdict == Verdict::drift) {
            found = hour - 8 * 24 + 1;
        }
    }
    ASSERT_TRUE(found) << kSeed;
    RecordProperty("hours_to_find", *found);
}

TEST(Fold, FewRequestsSayNothing) {
    // Goal: below the minimum there is no verdict, however odd the requests are; before the first
    // there is no report.
    Traffic traffic(1);
    Fold fold(test_reference());
    EXPECT_FALSE(fold.report());
    for (int i = 0; i < 499; ++i) fold.add(traffic.next(1'000, "XX"), kStart);
    EXPECT_EQ(fold.report()->features[0].training.verdict, Verdict::not_enough);
    fold.add(traffic.next(1'000, "XX"), kStart);
    EXPECT_EQ(fold.report()->features[0].training.verdict, Verdict::drift);
    EXPECT_EQ(fold.report()->features[1].training.verdict, Verdict::drift) << "unknown carriers";
}

TEST(Fold, ExpectsAnAccuracyBeforeFlightsLand) {
    // Goal: the expected accuracy is there with the answers and equals the true one, within its
    // error, where probabilities are right; corrections and repeated evaluations count once.
    Traffic traffic(2);
    Fold fold(test_reference());
    std::vector<flight::Prediction> asked;
    for (int i = 0; i < 5'000; ++i) {
        asked.push_back(traffic.next());
        fold.add(asked.back(), kStart);
    }
    const Report before = *fold.report();
    EXPECT_EQ(before.judged.flights, 0U);
    EXPECT_EQ(before.expected.flights, 5'000U);
    EXPECT_NEAR(before.expected.share, 0.6, 1e-9);
    for (const flight::Prediction& prediction : asked) {
        fold.add(judged_of(prediction, kStart, traffic.below(10) < 6));
    }
    const Report after = *fold.report();
    EXPECT_EQ(after.judged.flights, 5'000U);
    EXPECT_NEAR(after.judged.share, after.expected_of_judged.share, 4 * after.judged.error);
    for (const flight::Prediction& prediction : asked) {
        judging::Evaluation corrected = judged_of(prediction, kStart, true);
        corrected.revision = 2;
        fold.add(corrected);
        fold.add(judged_of(prediction, kStart, false));  // the first revision, once more
    }
    EXPECT_EQ(fold.report()->judged.share, 1);
    EXPECT_EQ(fold.report()->judged.flights, 5'000U);
}

TEST(Fold, AnswersOfOtherModelsAreNotItsOwn) {
    // Goal: requests that another model answered count for the features alone.
    Traffic traffic(3);
    Fold fold(test_reference());
    for (int i = 0; i < 1'000; ++i) {
        flight::Prediction prediction = traffic.next();
        prediction.model = "other@2";
        fold.add(prediction, kStart);
        fold.add(judged_of(prediction, kStart, false));
    }
    const Report report = *fold.report();
    EXPECT_EQ(report.flights, 1'000U);
    EXPECT_EQ(report.answers.training.flights, 0U);
    EXPECT_EQ(report.expected.flights, 0U);
    EXPECT_EQ(report.judged.flights, 0U);
    EXPECT_THAT(drift_json(report), HasSubstr(R"("expected":{"flights":0})"));
}

TEST(Fold, ABundleWithoutDistributionsTellsItsAnswers) {
    // Goal: an older bundle has no features to compare; its answers are held against the week
    // before, and its accuracy is expected all the same.
    const auto reference = reference_of({.name = "old", .version = "1"});
    EXPECT_EQ(reference->model, "old@1");
    Fold fold(reference);
    Traffic traffic(4);
    for (const auto day : {0h, 168h}) {
        for (int i = 0; i < 1'000; ++i) {
            flight::Prediction prediction = traffic.next();
            prediction.model = "old@1";
            fold.add(prediction, kStart + day);
        }
    }
    const Report report = *fold.report();
    EXPECT_TRUE(report.features.empty());
    EXPECT_EQ(report.answers.training.verdict, Verdict::not_enough);
    EXPECT_EQ(report.answers.last_week.verdict, Verdict::none);
    EXPECT_NEAR(report.expected.share, 0.6, 1e-9);
}

TEST(DriftStage, FoldsTheRecordsOfItsTopics) {
    // Goal: the stage reads responses by the times of their requests and begins anew with another
    // model; records that are not valid are passed over.
    std::shared_ptr<const Reference> current = test_reference();
    std::vector<Report> reports;
    const flight::TopicSet topics{.request = "q", .response = "p", .dead_letter = "d"};
    const pipeline::StageSpec stage = drift_stage(
        topics,
        DriftParts{
            .reference = [&] { return current; },
            .zone = {},
            .on_report = [&](const Report& report) { reports.push_back(report); }
        }
    );
    ASSERT_TRUE(stage.is_on());
    EXPECT_TRUE(stage.group.empty());
    Traffic traffic(6);
    std::vector<eventlog::Record> records;
    for (int i = 0; i < 600; ++i) {
        flight::Prediction prediction = traffic.next();
        prediction.request.requested_at = kStart + 5h;
        records.push_back(
            {.at = {.topic = i == 0 ? "q" : "p", .partition = eventlog::PartitionId(0)},
             .offset = eventlog::Offset(i),
             .appended = {},
             .key = {},
             .value = i == 1
                          ? "{"
                          : flight::encode_prediction(prediction, flight::ResponseFields::all, {}),
             .headers = {}}
        );
    }
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].model, "m@1") << "before the first request";
    ASSERT_TRUE(stage.consume(records));
    ASSERT_EQ(reports.size(), 2U);
    reports.erase(reports.begin());
    EXPECT_EQ(reports[0].flights, 598U);
    EXPECT_EQ(reports[0].to, std::chrono::floor<std::chrono::hours>(kStart + 6h));
    EXPECT_EQ(reports[0].features[0].training.verdict, Verdict::none);
    current = reference_of({.name = "next", .version = "2"});
    ASSERT_TRUE(stage.consume({records[5]}));
    EXPECT_EQ(reports[1].model, "next@2");
    EXPECT_EQ(reports[1].flights, 1U);
}

}  // namespace
}  // namespace flightcast::drift
