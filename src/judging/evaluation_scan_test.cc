// SPDX-License-Identifier: Apache-2.0
#include "judging/evaluation_scan.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/random.h"
#include "judging/evaluation_json.h"

namespace flightcast::judging {
namespace {

template <typename Value>
std::optional<Value> sometimes(std::mt19937& random, Value value) {
    if (random() % 4 == 0) return std::nullopt;
    return value;
}

Evaluation random_scanned(std::mt19937& random, base::SeededRandom& ids) {
    Evaluation one{.id = base::Uuid::random(ids)};
    if (random() % 4 != 0) one.model = "default@1f0c";
    one.revision = 1 + static_cast<std::int32_t>(random() % 5);
    one.verdict = static_cast<Verdict>(random() % kVerdictNames.size());
    one.flight_date = sometimes<std::string>(random, "2008-04-01");
    one.carrier = sometimes<std::string>(random, random() % 8 == 0 ? "A\xc3\xa9" : "AA");
    one.origin = sometimes<std::string>(random, random() % 8 == 0 ? "A\"L" : "ATL");
    one.dest = sometimes<std::string>(random, "SFO");
    one.flight_num = sometimes<std::string>(random, std::to_string(random() % 9'000));
    one.crs_dep_time = sometimes(random, static_cast<std::int32_t>(random() % 2'400));
    one.dep_delay = sometimes(random, static_cast<double>(random() % 1'000) / 7 - 20);
    one.requested_at = base::WallTime(std::chrono::microseconds(random() * 400'000ULL));
    one.predicted = random() % 4;
    flight::Probabilities given{};
    for (double& p : given) p = static_cast<double>(random()) / 4e9;
    if (random() % 8 == 0) given[0] = 1e-9;
    one.probabilities = sometimes(random, given);
    if (one.verdict == Verdict::judged) {
        one.observed = random() % 4;
        one.arr_delay = static_cast<float>(random() % 500) - 30;
    }
    if (one.verdict != Verdict::ambiguous && one.verdict != Verdict::withdrawn) {
        one.reported_at = one.requested_at + std::chrono::minutes(random() % 9'000);
        one.arrived_at = one.reported_at;
        if (random() % 3 != 0) one.source = "towers";
    }
    if (one.revision > 1) {
        one.replaces = Replaced{.revision = one.revision - 1, .verdict = Verdict::diverted};
    }
    return one;
}

// Goal: whatever is scanned is what the whole reader reads, into one object that is used again and
// again; records as they are written are scanned but for texts with escapes or of other scripts.
TEST(EvaluationScan, ReadsAsTheWholeReader) {
    std::mt19937 random(5);  // NOLINT(bugprone-random-generator-seed): repeatable
    base::SeededRandom ids(5);
    Evaluation scanned;
    std::size_t count = 0;
    for (int i = 0; i < 2'000; ++i) {
        const std::string json = encode_evaluation(random_scanned(random, ids));
        const auto read = decode_evaluation(json);
        ASSERT_TRUE(read) << json;
        const bool is_plain =
            json.find('\\') == std::string::npos && json.find('\xc3') == std::string::npos;
        ASSERT_EQ(scan_evaluation(json, scanned), is_plain) << json;
        if (!is_plain) continue;
        ASSERT_EQ(scanned, *read) << json;
        ++count;
    }
    EXPECT_GT(count, 1'000U);
}

// Goal: of records that something else wrote or damaged, none is read in another way than the whole
// reader does, which may refuse it.
TEST(EvaluationScan, ReadsNothingInAnotherWay) {
    std::mt19937 random(6);  // NOLINT(bugprone-random-generator-seed): repeatable
    base::SeededRandom ids(6);
    constexpr std::string_view kBytes = "0123456789.-+eE\"{}[],: \\aZnul";
    Evaluation scanned;
    std::size_t taken = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string json = encode_evaluation(random_scanned(random, ids));
        const std::size_t at = random() % json.size();
        const char byte = kBytes[random() % kBytes.size()];
        switch (random() % 3) {
            case 0:
                json[at] = byte;
                break;
            case 1:
                json.insert(at, 1, byte);
                break;
            default:
                json.erase(at, 1 + random() % 3);
        }
        if (!scan_evaluation(json, scanned)) continue;
        ++taken;
        const auto read = decode_evaluation(json);
        ASSERT_TRUE(read) << json;
        ASSERT_EQ(scanned, *read) << json;
    }
    EXPECT_GT(taken, 1'000U);
}

}  // namespace
}  // namespace flightcast::judging
