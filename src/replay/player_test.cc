// SPDX-License-Identifier: Apache-2.0
#include "replay/player.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/temporary_folder.h"

namespace flightcast::replay {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const base::Uuid kRun{.bytes = {1}};
constexpr std::chrono::sys_seconds kStart{std::chrono::sys_days(std::chrono::year(2008) / 4 / 1)};

FlightList flights(int count) {
    FlightList list;
    for (int i = 0; i < count; ++i) {
        Flight flight{.departed = kStart + i * 7min, .landed = kStart + i * 7min + 55min};
        flight.day = std::chrono::floor<std::chrono::days>(flight.departed);
        flight.carrier = *list.carriers.intern("AA");
        flight.number = *list.numbers.intern(std::to_string(i));
        flight.origin = flight.dest = *list.airports.intern("ATL");
        flight.arr_delay = static_cast<float>(i % 60) - 20;
        if (i % 11 == 3) flight.fate = Fate::diverted;
        if (i % 13 == 5) {
            flight.fate = Fate::cancelled;
            flight.landed = flight.departed;
        }
        list.flights.push_back(flight);
    }
    list.arrange();
    return list;
}

// Answers by the number of the flight, and ends the process at a step that it is told.
class FakeTarget final : public Target {
  public:
    explicit FakeTarget(const FlightList& list) : list_(list) {}

    base::Result<std::vector<Answer>> play(std::size_t number, const Step& step) override {
        if (number == fails_at) {
            fails_at = SIZE_MAX;
            return base::fail(base::Errc::unavailable, "gone");
        }
        played.push_back(number);
        for (const PlannedReport& report : step.arrivals) reported.insert(report.flight);
        std::vector<Answer> answers;
        for (const std::uint32_t flight : step.requests) {
            const int value = std::stoi(std::string(list_.number(list_.flights[flight])));
            if (value % 17 == 2) continue;  // fails
            Answer answer{.flight = flight, .model = "m@1"};
            answer.predicted = static_cast<std::size_t>(value % 4);
            answer.probabilities[answer.predicted] = 0.7;
            for (double& probability : answer.probabilities) probability += 0.075;
            answers.push_back(answer);
        }
        return answers;
    }

    std::vector<std::size_t> played;
    std::multiset<std::uint32_t> reported;
    std::size_t fails_at = SIZE_MAX;
    std::size_t settles_every = 1;  // steps
    [[nodiscard]] bool is_settled() const override { return played.size() % settles_every == 0; }

  private:
    const FlightList& list_;
};

class Player : public ::testing::Test {
  protected:
    base::Result<Played> run(const PlayOptions& options = {}) {
        auto position = PositionFile::open(path_, "print", kRun).value();
        return play(
            {.list = list_,
             .target = target_,
             .position = position,
             .clock = clock_,
             .wait_until =
                 [this](base::SteadyTime due) {
                     waits_.push_back(due - clock_.steady_now());
                     if (due > clock_.steady_now()) clock_.advance(due - clock_.steady_now());
                     return waits_.size() < waits_max_;
                 }},
            options
        );
    }

    const FlightList list_ = flights(500);
    FakeTarget target_{list_};
    base::ManualClock clock_;
    const base::TemporaryFolder folder_;
    const std::filesystem::path path_ = folder_.path() / "position";
    std::vector<std::chrono::microseconds> waits_;
    std::size_t waits_max_ = SIZE_MAX;
};

// Goal: figures are those of evaluate's one definition on the landed flights, and counts are those
// of the list.
TEST_F(Player, JudgesAsEvaluateDoes) {
    const auto played = run();
    ASSERT_TRUE(played) << played.error().detail;
    std::size_t landed = 0;
    std::size_t cancelled = 0;
    std::vector<evaluate::Judged> judged;
    for (const Flight& flight : list_.flights) {
        cancelled += flight.fate == Fate::cancelled ? 1 : 0;
        if (flight.fate != Fate::landed) continue;
        ++landed;
        const int value = std::stoi(std::string(list_.number(flight)));
        if (value % 17 == 2) continue;
        flight::Probabilities probabilities{};
        probabilities[static_cast<std::size_t>(value % 4)] = 0.7;
        for (double& probability : probabilities) probability += 0.075;
        judged.push_back({.probabilities = probabilities, .arr_delay = flight.arr_delay});
    }
    EXPECT_EQ(played->counts.flights, list_.flights.size() - cancelled);
    EXPECT_EQ(played->counts.reports, list_.flights.size());
    EXPECT_EQ(played->counts.arrivals, landed);
    EXPECT_EQ(played->counts.judged, judged.size());
    EXPECT_GT(played->counts.failed, 0U);
    const evaluate::Metrics expected = evaluate::measure(judged);
    ASSERT_TRUE(played->metrics);
    EXPECT_EQ(played->metrics->accuracy, expected.accuracy);
    EXPECT_EQ(played->metrics->log_loss, expected.log_loss);
    EXPECT_EQ(played->metrics->calibration_error, expected.calibration_error);
    EXPECT_EQ(target_.reported.size(), list_.flights.size());
}

// Goal: a replay that ends at any step, and twice in a row, goes on to the same figures and digest;
// done steps are not played again.
TEST_F(Player, GoesOnToTheSameEnd) {
    const auto whole = run();
    ASSERT_TRUE(whole);
    const std::size_t steps = target_.played.size();
    for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, steps / 2, steps - 1}) {
        std::filesystem::remove(path_);
        target_.played.clear();
        target_.fails_at = cut;
        EXPECT_FALSE(run());
        EXPECT_EQ(target_.played.size(), cut);
        target_.fails_at = steps - 1;
        EXPECT_FALSE(run());
        const auto played = run();
        ASSERT_TRUE(played);
        EXPECT_EQ(target_.played.size(), steps);
        EXPECT_EQ(played->counts, whole->counts);
        EXPECT_EQ(played->digest, whole->digest);
        EXPECT_EQ(played->metrics->log_loss, whole->metrics->log_loss);
    }
}

// Goal: the position is never ahead of what is durable; an end in good order notes all steps, and
// after any end the figures are the same.
TEST_F(Player, NotesWhatIsDurable) {
    const auto whole = run();
    ASSERT_TRUE(whole);
    std::filesystem::remove(path_);
    target_.played.clear();
    target_.settles_every = 10;
    target_.fails_at = 25;
    EXPECT_FALSE(run());
    EXPECT_EQ(PositionFile::open(path_, "print", kRun)->steps_done(), 20U);
    target_.played.clear();
    waits_max_ = 7;
    const auto stopped = run({.speed = 600});
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, base::Errc::closed);
    EXPECT_EQ(PositionFile::open(path_, "print", kRun)->steps_done(), 26U);
    const auto played = run();
    ASSERT_TRUE(played);
    EXPECT_EQ(played->counts, whole->counts);
    EXPECT_EQ(played->digest, whole->digest);
}

// Goal: at a speed, minutes of flights are as far apart as the speed says, and a wish to stop ends
// it between two steps.
TEST_F(Player, KeepsThePace) {
    const base::SteadyTime begin = clock_.steady_now();
    ASSERT_TRUE(run({.speed = 600}));
    const auto last = std::ranges::max(list_.flights, {}, &Flight::landed).landed;
    EXPECT_EQ(
        clock_.steady_now() - begin,
        std::chrono::duration_cast<std::chrono::microseconds>(last - kStart) / 600
    );
    std::filesystem::remove(path_);
    waits_.clear();
    waits_max_ = 10;
    const auto stopped = run({.speed = 600});
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, base::Errc::closed);
    EXPECT_EQ(PositionFile::open(path_, "print", kRun)->steps_done(), 9U);
}

// Goal: earlier days are played and not judged, and without any judged flight figures are null, not
// zero.
TEST_F(Player, JudgesFromADay) {
    const auto second = dataset::Day(std::chrono::sys_days(std::chrono::year(2008) / 4 / 2));
    const auto all = run();
    std::filesystem::remove(path_);
    const auto later = run({.judge_from = second});
    ASSERT_TRUE(all && later);
    EXPECT_LT(later->counts.judged, all->counts.judged);
    EXPECT_GT(later->counts.judged, 0U);
    EXPECT_NE(later->digest, all->digest);
    std::filesystem::remove(path_);
    const auto none = run({.judge_from = second + std::chrono::days(9)});
    ASSERT_TRUE(none);
    EXPECT_THAT(
        played_json(*none),
        HasSubstr(
            "\"judged\":0,\"accuracy\":null,\"log_loss\":null,\"macro_f1\":null,"
            "\"recall_class_0\":null,\"calibration_error\":null,\"seconds\":0.0,\"digest\":\""
        )
    );
}

}  // namespace
}  // namespace flightcast::replay
