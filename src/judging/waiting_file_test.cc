// SPDX-License-Identifier: Apache-2.0
#include "judging/waiting_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "base/random.h"
#include "base/temporary_folder.h"

namespace flightcast::judging {
namespace {

constexpr std::size_t kEnough = 10'000'000;

PutAway flight_of(const std::string& key, base::Random& ids, std::int64_t touched) {
    PutAway flight{.key = key, .touched_ms = touched};
    for (std::int64_t i = 0; i < touched % 3; ++i) flight.ids.push_back(base::Uuid::random(ids));
    flight.counts = {
        .predictions = touched % 3, .judged = touched % 2, .unmatched = touched % 3 == 0 ? 1 : 0
    };
    flight.bytes = key + std::string(1, '\0') + "bytes";
    return flight;
}

// Goal: flights come back whole, once, by key and by id; counts are of those that are there; other
// keys are not found.
TEST(WaitingFile, GivesFlightsBack) {
    const base::TemporaryFolder folder;
    base::SeededRandom ids(1);
    std::mt19937 random(1);  // NOLINT(bugprone-random-generator-seed): repeatable
    const auto file = WaitingFile::open(folder.path() / "waiting.db", kEnough).value();
    std::map<std::string, PutAway> there;
    PutAwayCounts counts;
    for (int round = 0; round < 300; ++round) {
        const std::string key = "flight " + std::to_string(random() % 100);
        auto expected = there.extract(key);
        const bool by_id = expected && !expected.mapped().ids.empty() && random() % 2 == 0;
        auto taken =
            by_id ? file->take(expected.mapped().ids.back()).value() : file->take(key).value();
        ASSERT_EQ(taken.has_value(), !expected.empty());
        if (taken) {
            std::ranges::sort(taken->ids);
            std::ranges::sort(expected.mapped().ids);
            ASSERT_EQ(*taken, expected.mapped());
            counts += {-taken->counts.predictions, -taken->counts.judged, -taken->counts.unmatched};
        } else {
            const PutAway fresh = flight_of(key, ids, random() % 1'000);
            ASSERT_TRUE(file->put({fresh}));
            there.emplace(key, fresh);
            counts += fresh.counts;
        }
        ASSERT_EQ(file->counts(), counts);
        ASSERT_EQ(file->flights(), there.size());
    }
    EXPECT_FALSE(file->take(base::Uuid::random(ids)).value());
    EXPECT_FALSE(file->take("flight 1000").value());
}

// Goal: old flights leave, with what they stood for.
TEST(WaitingFile, RemovesWhatIsOld) {
    const base::TemporaryFolder folder;
    base::SeededRandom ids(2);
    const auto file = WaitingFile::open(folder.path() / "waiting.db", kEnough).value();
    std::vector<PutAway> flights;
    PutAwayCounts old;
    for (int i = 0; i < 20; ++i) {
        flights.push_back(flight_of("f" + std::to_string(i), ids, i));
        if (i < 12) old += flights.back().counts;
    }
    ASSERT_TRUE(file->put(flights));
    EXPECT_EQ(file->remove_before(12), old);
    EXPECT_EQ(file->flights(), 8U);
    EXPECT_FALSE(file->take("f11").value());
    EXPECT_FALSE(file->take(flights[11].ids.at(0)).value());
    EXPECT_TRUE(file->take("f12").value());
    ASSERT_TRUE(file->remove_before(1'000));
    EXPECT_EQ(file->counts(), PutAwayCounts());
}

// Goal: the file has a bound, and takes nothing of what does not fit; a process begins with an
// empty one and leaves none behind.
TEST(WaitingFile, IsBoundAndTemporary) {
    const base::TemporaryFolder folder;
    const auto path = folder.path() / "waiting.db";
    base::SeededRandom ids(3);
    {
        const auto file = WaitingFile::open(path, 1'000).value();
        ASSERT_TRUE(file->put({flight_of("a", ids, 1)}));
        PutAway large = flight_of("b", ids, 1);
        large.bytes.assign(1'000, 'x');
        const auto refused = file->put({flight_of("c", ids, 1), large});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, base::Errc::full);
        EXPECT_FALSE(file->take("c").value());
        const auto next = WaitingFile::open(path, 1'000).value();
        EXPECT_FALSE(next->take("a").value());
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace flightcast::judging
