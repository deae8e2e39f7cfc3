// SPDX-License-Identifier: Apache-2.0
#include "history/day_report.h"

#include <gtest/gtest.h>

#include <future>

#include "history/conformance_testing.h"
#include "history/history_desk.h"
#include "history/memory/memory_history.h"
#include "performance/performance_json.h"

namespace flightcast::history {
namespace {

using performance::Split;
using performance::Window;

// Goal: a window that the log still holds has the same figures by daily sums, to the last digit.
TEST(DayReport, AgreesWithTheFoldOfTheTopic) {
    const auto rows = random_rows(400, 21);
    performance::Performance folded;
    for (const EvaluationRow& row : rows) folded.add(row.evaluation);
    const base::WallTime end = folded.newest();
    for (const Window window : {Window::week, Window::month}) {
        for (const Split split : {Split::model, Split::klass, Split::day}) {
            if (window == Window::week && split == Split::klass) continue;
            EXPECT_EQ(
                performance::performance_json(report_of(sums_of(rows), window, split, end)),
                performance::performance_json(folded.ask(window, split, end))
            );
        }
    }
}

// Goal: long windows have the days that the log has lost.
TEST(DayReport, ReachesBackFurther) {
    const auto rows = random_rows(400, 22);
    const std::vector<DaySums> days = sums_of(rows);
    std::int64_t judged = 0;
    for (const DaySums& day : days) judged += static_cast<std::int64_t>(day.sums.tally.rows());
    const base::WallTime later(std::chrono::days(days.back().day + 300));
    const auto year = report_of(days, Window::year, Split::day, later);
    EXPECT_EQ(static_cast<std::int64_t>(year.total.tally.rows()), judged);
    EXPECT_EQ(year.to - year.from, std::chrono::days(365));
    const auto quarter = report_of(days, Window::quarter, Split::day, later);
    EXPECT_EQ(quarter.total.tally.rows(), 0U);
}

// Goal: the desk answers on a thread of its own, and at its end every question has its answer.
TEST(HistoryDesk, AnswersEveryQuestion) {
    const base::ManualClock clock;
    memory::MemoryHistory store(clock);
    const auto rows = random_rows(20, 23);
    ASSERT_TRUE(store.put_evaluations(rows));
    std::promise<std::vector<DaySums>> answered;
    std::atomic<int> answers = 0;
    {
        HistoryDesk desk(store);
        desk.day_sums(0, 100'000, [&answered](auto days) { answered.set_value(days.value()); });
        EXPECT_EQ(answered.get_future().get(), sums_of(rows));
        for (int i = 0; i < 20; ++i) {
            desk.day_sums(0, 100'000, [&answers](const auto&) { ++answers; });
        }
    }
    EXPECT_EQ(answers, 20);
}

}  // namespace
}  // namespace flightcast::history
