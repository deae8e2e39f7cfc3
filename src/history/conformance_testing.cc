// SPDX-License-Identifier: Apache-2.0
#include "history/conformance_testing.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>

#include "arrival/arrival_json.h"
#include "base/random.h"
#include "judging/evaluation_json.h"

namespace flightcast::history {

using judging::Evaluation;
using judging::Verdict;

// The tests of this module have no store of their own.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(HistoryConformance);

namespace {

const base::WallTime kDayOne = base::WallTime(std::chrono::seconds(1'207'008'000));  // 2008-04-01

EvaluationRow row_of_evaluation(const Evaluation& evaluation) {
    return {.evaluation = evaluation, .json = judging::encode_evaluation(evaluation)};
}

Evaluation evaluation_of(const base::Uuid& id, std::int32_t revision, std::size_t observed) {
    Evaluation one{.id = id, .model = "m@1", .revision = revision};
    one.flight_date = "2008-04-01";
    one.carrier = "AA";
    one.requested_at = kDayOne + std::chrono::hours(3);
    one.reported_at = kDayOne + std::chrono::hours(5);
    one.arrived_at = one.reported_at;
    one.predicted = 2;
    one.probabilities = flight::Probabilities{0.125, 0.25, 0.5, 0.125};
    one.observed = observed;
    one.arr_delay = 5;
    one.source = "towers";
    return one;
}

Evaluation random_evaluation(const base::Uuid& id, std::mt19937& random) {
    Evaluation one = evaluation_of(id, 1, random() % 4);
    one.model = random() % 3 == 0 ? "" : "m@" + std::to_string(random() % 2);
    one.requested_at = kDayOne + std::chrono::minutes(random() % 5'000);
    one.reported_at = one.requested_at + std::chrono::minutes(60 + random() % 400);
    one.arrived_at = one.reported_at;
    if (random() % 2 == 0) one.dep_delay = static_cast<double>(random() % 100) - 20;
    one.predicted = random() % 4;
    flight::Probabilities given{};
    double sum = 0;
    for (double& p : given) sum += p = 1.0 + static_cast<double>(random() % 100);
    for (double& p : given) p /= sum;
    one.probabilities = given;
    if (random() % 5 == 0) one.probabilities.reset();
    return one;
}

// The next revision: another class, another verdict, and told on another day.
Evaluation corrected(Evaluation one, std::mt19937& random) {
    one.replaces = judging::Replaced{
        .revision = one.revision, .verdict = one.verdict, .observed = one.observed
    };
    if (one.verdict != Verdict::judged) one.replaces->observed = 0;
    ++one.revision;
    one.verdict = static_cast<Verdict>(random() % judging::kVerdictNames.size());
    one.observed = one.verdict == Verdict::judged ? random() % 4 : 0;
    one.reported_at += std::chrono::hours(30);
    return one;
}

arrival::Arrival report(const std::string& number, double delay, int minute) {
    return {
        .flight_date = flight::CalendarDate{2008, 4, 1},
        .carrier = "AA",
        .origin = "ATL",
        .dest = "SFO",
        .flight_num = number,
        .arr_delay = delay,
        .reported_at = kDayOne + std::chrono::minutes(minute),
        .source = "towers"
    };
}

ArrivalRow kept(const arrival::Arrival& arrival) {
    return row_of(arrival, kDayOne, arrival::encode_arrival(arrival));
}

// As values, since a store may write numbers in its own way.
std::set<std::string> delays_of(const std::vector<std::string>& records) {
    std::set<std::string> delays;
    for (const std::string& json : records) {
        const auto read = arrival::decode_arrival(
            json, {.now = base::WallTime::max() - std::chrono::hours(1), .refuses_unknown = false}
        );
        EXPECT_TRUE(read) << json;
        if (!read) continue;
        delays.insert(
            *read->flight_num + "/" + read->source + "/" +
            (read->arr_delay ? std::to_string(static_cast<int>(*read->arr_delay)) : "departed")
        );
    }
    return delays;
}

std::vector<EvaluationRow> part_of(
    const std::vector<EvaluationRow>& rows, std::size_t begin, std::size_t end
) {
    return {
        rows.begin() + static_cast<std::ptrdiff_t>(begin),
        rows.begin() + static_cast<std::ptrdiff_t>(end)
    };
}

}  // namespace

std::vector<std::string> HistoryConformance::all(List list) {
    std::vector<std::string> records;
    std::string from;
    do {
        const auto page = store().page(list, from, 3);
        EXPECT_TRUE(page) << page.error().detail;
        if (!page) return records;
        EXPECT_LE(page->records.size(), 3U);
        records.insert(records.end(), page->records.begin(), page->records.end());
        from = page->next;
    } while (!from.empty());
    return records;
}

std::vector<DaySums> HistoryConformance::all_sums() {
    const auto sums = store().day_sums(0, 100'000);
    EXPECT_TRUE(sums) << sums.error().detail;
    return sums.value_or(std::vector<DaySums>{});
}

std::vector<EvaluationRow> random_rows(std::size_t predictions, std::uint32_t seed) {
    std::mt19937 random(seed);
    base::SeededRandom ids(seed);
    std::vector<Evaluation> latest;
    std::vector<EvaluationRow> rows;
    while (latest.size() < predictions || random() % 8 != 0) {
        const bool is_new = latest.size() < predictions && (latest.empty() || random() % 3 != 0);
        if (is_new) {
            latest.push_back(random_evaluation(base::Uuid::random(ids), random));
            rows.push_back(row_of_evaluation(latest.back()));
            continue;
        }
        Evaluation& one = latest[random() % latest.size()];
        one = corrected(one, random);
        rows.push_back(row_of_evaluation(one));
    }
    return rows;
}

std::vector<DaySums> sums_of(const std::vector<EvaluationRow>& rows) {
    using performance::Sign;
    std::map<std::pair<base::Uuid, std::string>, performance::Counted> counted;
    std::map<std::pair<std::int32_t, std::string>, performance::ModelSums> sums;
    for (const EvaluationRow& row : rows) {
        const Evaluation& one = row.evaluation;
        performance::Counted fresh = performance::counted_of(one);
        const auto [known, is_new] = counted.try_emplace({one.id, one.model}, fresh);
        fresh.minute = known->second.minute;
        performance::ModelSums& day = sums[{day_of_minute(fresh.minute), one.model}];
        if (!is_new) day.count(one, known->second, Sign::minus);
        day.count(one, fresh, Sign::plus);
        known->second = fresh;
    }
    std::vector<DaySums> days;
    for (auto& [key, day] : sums) {
        days.push_back({.day = key.first, .model = key.second, .sums = day});
    }
    return days;
}

// Goal: of one flight, source and part the report that was told last stays; others stay beside it.
TEST_P(HistoryConformance, ReplacesCorrectedArrivals) {
    arrival::Arrival departure = report("1", 0, 200);
    departure.arr_delay.reset();
    departure.dep_delay = 5;
    arrival::Arrival other = report("1", 8, 250);
    other.source = "airline";
    arrival::Arrival evening = report("1", 9, 250);
    evening.crs_dep_time = 1'800;
    ASSERT_TRUE(
        store().put_arrivals(
            {kept(departure), kept(report("1", 7, 300)), kept(other), kept(report("2", 1, 300))}
        )
    );
    ASSERT_TRUE(store().put_arrivals({kept(report("1", 12, 310)), kept(evening)}));
    ASSERT_TRUE(store().put_arrivals({kept(report("1", 7, 300))})) << "an older one, again";
    ASSERT_TRUE(store().put_arrivals({kept(report("2", 2, 300))})) << "another at the same time";
    fixture_->reopen();
    const std::set<std::string> expected = {
        "1/towers/departed", "1/towers/12", "1/airline/8", "1/towers/9", "2/towers/2"
    };
    const auto records = all(List::arrivals);
    EXPECT_EQ(records.size(), expected.size());
    EXPECT_EQ(delays_of(records), expected);
}

// Goal: of one prediction the highest revision stays, and the first with it; the sums are of these.
TEST_P(HistoryConformance, ReplacesCorrectedEvaluations) {
    base::SeededRandom ids(1);
    const base::Uuid id = base::Uuid::random(ids);
    const EvaluationRow first = row_of_evaluation(evaluation_of(id, 1, 3));
    const EvaluationRow second = row_of_evaluation(evaluation_of(id, 2, 1));
    const EvaluationRow late = row_of_evaluation(evaluation_of(id, 2, 0));
    ASSERT_TRUE(store().put_evaluations({first}));
    EXPECT_EQ(all_sums(), sums_of({first}));
    ASSERT_TRUE(store().put_evaluations({second, late}));
    ASSERT_TRUE(store().put_evaluations({first, late}));
    fixture_->reopen();
    EXPECT_EQ(all_sums(), sums_of({second}));
    const auto records = all(List::evaluations);
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(judging::decode_evaluation(records[0]).value(), second.evaluation);
}

// Goal: whatever part of the log is told again, after a crash or an error, the sums are those of
// telling it once, and every evaluation stands there once, as it was last.
TEST_P(HistoryConformance, CountsNothingTwice) {
    const std::vector<EvaluationRow> rows = random_rows(60, 7);
    std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed): repeatable
    std::size_t told = 0;
    while (told < rows.size()) {
        const std::size_t begin = told - std::min<std::size_t>(told, random() % 12);
        const std::size_t end = std::min(rows.size(), told + 1 + random() % 9);
        ASSERT_TRUE(store().put_evaluations(part_of(rows, begin, end)));
        told = end;
        if (random() % 4 == 0) fixture_->reopen();
        if (random() % 4 != 0) continue;
        EXPECT_EQ(all_sums(), sums_of(part_of(rows, 0, told)));
    }
    ASSERT_TRUE(store().put_evaluations(rows));
    EXPECT_EQ(all_sums(), sums_of(rows));
    std::map<std::string, Evaluation> last;
    for (const EvaluationRow& row : rows) last[row.evaluation.id.to_string()] = row.evaluation;
    const auto records = all(List::evaluations);
    EXPECT_EQ(records.size(), last.size());
    for (const std::string& json : records) {
        const Evaluation one = judging::decode_evaluation(json).value();
        const Evaluation& expected = last.at(one.id.to_string());
        EXPECT_EQ(judging::encode_evaluation(one), judging::encode_evaluation(expected));
    }
}

// Goal: a range of days has these days alone.
TEST_P(HistoryConformance, GivesTheDaysThatWereAskedFor) {
    const auto rows = random_rows(40, 9);
    ASSERT_TRUE(store().put_evaluations(rows));
    std::vector<DaySums> expected = sums_of(rows);
    const std::int32_t second = expected.front().day + 1;
    std::erase_if(expected, [second](const DaySums& day) { return day.day != second; });
    ASSERT_FALSE(expected.empty());
    EXPECT_EQ(store().day_sums(second, second), expected);
    EXPECT_EQ(store().day_sums(second + 1, second), std::vector<DaySums>{});
}

// Goal: rows leave by the time at which they were stored first, in steps no larger than asked for;
// the sums stay, and a row that was there all the time is not counted again.
TEST_P(HistoryConformance, TrimsRowsAndKeepsSums) {
    const auto rows = random_rows(20, 11);
    base::ManualClock* const clock = fixture_->clock();
    ASSERT_TRUE(store().put_evaluations(part_of(rows, 0, 10)));
    ASSERT_TRUE(store().put_arrivals({kept(report("1", 7, 300))}));
    if (clock == nullptr) {
        EXPECT_EQ(store().trim({base::WallTime::max(), base::WallTime::max()}, 100), 0U);
        EXPECT_EQ(all_sums(), sums_of(part_of(rows, 0, 10)));
        return;
    }
    clock->advance(std::chrono::hours(2));
    const base::WallTime between = clock->wall_now() - std::chrono::hours(1);
    ASSERT_TRUE(store().put_evaluations(part_of(rows, 10, rows.size())));
    ASSERT_TRUE(store().put_arrivals({kept(report("2", 7, 300))}));
    const std::size_t before = all(List::evaluations).size();
    std::size_t removed = 0;
    for (int step = 0; step < 10; ++step) {
        const auto now = store().trim({between, between}, 3);
        ASSERT_TRUE(now) << now.error().detail;
        EXPECT_LE(*now, 6U);
        removed += *now;
    }
    EXPECT_EQ(all(List::arrivals).size(), 1U);
    EXPECT_EQ(all(List::evaluations).size() + removed - 1, before);
    EXPECT_EQ(all_sums(), sums_of(rows));
    EXPECT_GT(removed, 1U);
    EXPECT_LT(removed, before);
}

// Goal: nothing to put is no error, and an empty store has empty lists.
TEST_P(HistoryConformance, PutsNothing) {
    EXPECT_TRUE(store().put_arrivals({}));
    EXPECT_TRUE(store().put_evaluations({}));
    EXPECT_TRUE(all(List::arrivals).empty());
    EXPECT_TRUE(all_sums().empty());
}

}  // namespace flightcast::history
