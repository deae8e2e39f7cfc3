// SPDX-License-Identifier: Apache-2.0
#include "performance/performance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <random>
#include <vector>

#include "base/random.h"
#include "performance/performance_json.h"

namespace flightcast::performance {
namespace {

namespace json = boost::json;
using base::WallTime;
using judging::Evaluation;
using judging::Verdict;
using std::chrono::minutes;

const WallTime kStart = WallTime(std::chrono::seconds(1'207'008'000));  // 2008-04-01, midnight

std::vector<Evaluation> random_evaluations(std::size_t count, std::uint32_t seed) {
    std::mt19937 random(seed);
    base::SeededRandom ids(seed);
    std::vector<Evaluation> all;
    const std::array carriers = {"AA", "DL", "WN"};
    const std::array airports = {"ATL", "SFO", "JFK"};
    for (std::size_t i = 0; i < count; ++i) {
        Evaluation one{.id = base::Uuid::random(ids), .model = random() % 3 == 0 ? "b@1" : "a@1"};
        one.carrier = carriers[random() % 3];
        one.origin = airports[random() % 3];
        one.dest = airports[random() % 3];
        one.requested_at = kStart + minutes(random() % 2'000);
        one.reported_at = one.requested_at + minutes(60 + random() % 400);
        one.arrived_at = one.reported_at;
        one.predicted = random() % 4;
        flight::Probabilities probabilities{};
        double sum = 0;
        for (double& p : probabilities) sum += p = 1.0 + static_cast<double>(random() % 100);
        for (double& p : probabilities) p /= sum;
        one.probabilities = probabilities;
        one.observed = random() % 4;
        if (random() % 10 == 0) one.verdict = Verdict::cancelled;
        all.push_back(one);
    }
    return all;
}

figures::Tally tally_of(const std::vector<Evaluation>& evaluations) {
    figures::Tally tally;
    for (const Evaluation& one : evaluations) {
        if (one.verdict != Verdict::judged) continue;
        tally.add(
            {.predicted = one.predicted,
             .observed = one.observed,
             .probabilities = one.probabilities}
        );
    }
    return tally;
}

// Goal: totals equal the figures of the same answers to the last digit, in any order, with
// repetitions and corrections in between; groups add up to the total.
TEST(Performance, EqualsTheFiguresOfTheSameFlights) {
    std::vector<Evaluation> evaluations = random_evaluations(1'000, 7);
    std::mt19937 random(8);  // NOLINT(bugprone-random-generator-seed): repeatable
    Performance performance;
    std::vector<Evaluation> records = evaluations;
    std::ranges::shuffle(records, random);
    for (const Evaluation& one : records) {
        Evaluation first = one;  // Corrected later, or at once.
        first.observed = (one.observed + 1) % 4;
        performance.add(first);
        performance.add(first);
        Evaluation second = one;
        second.revision = 2;
        second.replaces = judging::Replaced{.revision = 1, .observed = first.observed};
        performance.add(second);
        performance.add(first);
    }
    const WallTime end = performance.newest();
    const Report report = performance.ask(Window::week, Split::model, end);
    EXPECT_EQ(report.total.tally, tally_of(evaluations));
    const auto cancelled =
        std::ranges::count(evaluations, Verdict::cancelled, &Evaluation::verdict);
    EXPECT_EQ(report.total.verdicts[static_cast<std::size_t>(Verdict::cancelled)], cancelled);
    ASSERT_EQ(report.groups.size(), 2);
    std::vector<Evaluation> of_a;
    std::ranges::copy_if(evaluations, std::back_inserter(of_a), [](const Evaluation& one) {
        return one.model == "a@1";
    });
    EXPECT_EQ(report.groups[0].name, "a@1");
    EXPECT_EQ(report.groups[0].model->tally, tally_of(of_a));
    for (const Split split : {Split::carrier, Split::origin, Split::dest, Split::route}) {
        std::int64_t rows = 0;
        figures::FixedSum loss;
        for (const GroupFigures& group : performance.ask(Window::week, split, end).groups) {
            rows += group.small.rows;
            loss += group.small.loss;
        }
        EXPECT_EQ(static_cast<std::size_t>(rows), report.total.tally.rows());
        EXPECT_EQ(loss.value() / static_cast<double>(rows), report.total.tally.log_loss());
    }
    std::int64_t delayed = 0;
    for (const std::int64_t count : report.total.delays) delayed += count;
    EXPECT_EQ(static_cast<std::size_t>(delayed), report.total.tally.rows());
}

// Goal: a window holds what was reported in it, and nothing older.
TEST(Performance, KeepsToItsWindow) {
    Performance performance;
    std::vector<Evaluation> evaluations = random_evaluations(2'000, 9);
    for (const Evaluation& one : evaluations) performance.add(one);
    const WallTime end = performance.newest();
    for (const auto& [window, split] :
         {std::pair(Window::hour, Split::model),
          std::pair(Window::day, Split::model),
          std::pair(Window::week, Split::day)}) {
        const Report report = performance.ask(window, split, end);
        std::vector<Evaluation> inside;
        std::ranges::copy_if(evaluations, std::back_inserter(inside), [&](const Evaluation& one) {
            return one.reported_at >= report.from && one.reported_at < report.to;
        });
        EXPECT_EQ(report.total.tally, tally_of(inside));
        EXPECT_GT(inside.size(), 0);
    }
    const Report hour = performance.ask(Window::hour, Split::model, end);
    EXPECT_EQ(hour.to - hour.from, minutes(60));
    EXPECT_LT(end, hour.to);
    EXPECT_GE(end, hour.to - minutes(5));
    const WallTime later = kStart + std::chrono::days(60);
    EXPECT_EQ(performance.ask(Window::month, Split::model, later).total.tally.rows(), 0);
}

// Goal: figures of fewer than 20 flights are not told, of single flights least of all.
TEST(PerformanceJson, SaysNotEnough) {
    Performance performance;
    std::vector<Evaluation> evaluations = random_evaluations(60, 10);
    for (Evaluation& one : evaluations) one.verdict = Verdict::judged;
    for (std::size_t i = 0; i < 19; ++i) performance.add(evaluations[i]);
    const auto told = [&](Split split) {
        return json::parse(
            performance_json(performance.ask(Window::month, split, performance.newest()))
        );
    };
    EXPECT_EQ(told(Split::model).at("enough"), false);
    EXPECT_FALSE(told(Split::model).as_object().contains("figures"));
    for (const Evaluation& one : evaluations) performance.add(one);
    const json::value by_model = told(Split::model);
    EXPECT_EQ(by_model.at("judged"), 60);
    EXPECT_EQ(
        by_model.at("figures").at("log_loss").as_double(), tally_of(evaluations).figures().log_loss
    );
    const json::value by_route = told(Split::route);
    for (const json::value& group : by_route.at("groups").as_array()) {
        const bool is_enough = group.at("flights").as_int64() >= 20;
        EXPECT_EQ(group.at("enough"), is_enough);
        EXPECT_EQ(group.as_object().contains("figures"), is_enough);
    }
    EXPECT_EQ(told(Split::klass).at("groups").as_array().size(), 4);
}

// Goal: what was counted is known for half of the bound at least, and memory stays bounded.
TEST(CountedSet, ForgetsTheOldest) {
    CountedSet set(1'000);
    base::SeededRandom ids(1);
    std::vector<base::Uuid> all;
    for (int i = 0; i < 5'000; ++i) {
        all.push_back(base::Uuid::random(ids));
        set.put(CountedSet::key_of(all.back(), 1), {.revision = 1});
        EXPECT_LE(set.size(), 1'000);
    }
    for (std::size_t i = 4'500; i < 5'000; ++i) {
        EXPECT_NE(set.find(CountedSet::key_of(all[i], 1)), nullptr);
        EXPECT_EQ(set.find(CountedSet::key_of(all[i], 2)), nullptr) << "another model's";
    }
    EXPECT_EQ(set.find(CountedSet::key_of(all[0], 1)), nullptr);
}

}  // namespace
}  // namespace flightcast::performance
