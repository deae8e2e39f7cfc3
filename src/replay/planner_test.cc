// SPDX-License-Identifier: Apache-2.0
#include "replay/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <tuple>

namespace flightcast::replay {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
constexpr sys_seconds kStart{std::chrono::sys_days(std::chrono::year(2008) / 4 / 1)};

// A list of flights of one carrier, whose number is their place here.
class List {
  public:
    List& add(
        std::chrono::seconds departed, std::chrono::seconds landed, Fate fate = Fate::landed
    ) {
        Flight flight{.departed = kStart + departed, .landed = kStart + landed};
        flight.day = std::chrono::floor<std::chrono::days>(flight.departed);
        flight.number = *list_.numbers.intern(std::to_string(1'000 + list_.flights.size()));
        flight.carrier = *list_.carriers.intern("AA");
        flight.origin = *list_.airports.intern("ATL");
        flight.dest = *list_.airports.intern("SFO");
        flight.fate = fate;
        if (fate != Fate::landed) flight.arr_delay = kNone;
        list_.flights.push_back(flight);
        return *this;
    }

    const FlightList& arranged() {
        list_.arrange();
        return list_;
    }

  private:
    FlightList list_;
};

std::vector<Step> plan(const FlightList& list, const PlanOptions& options = {}) {
    Planner planner(list, options);
    std::vector<Step> steps;
    while (auto step = planner.next()) steps.push_back(std::move(*step));
    return steps;
}

std::vector<std::uint32_t> flights_of(const std::vector<PlannedReport>& reports) {
    std::vector<std::uint32_t> flights;
    for (const PlannedReport& report : reports) flights.push_back(report.flight);
    return flights;
}

// Goal: nothing to play is no step; the planner stays at its end.
TEST(Planner, HasNoStepWithoutFlights) {
    const FlightList none;
    Planner planner(none, {});
    EXPECT_EQ(planner.next(), std::nullopt);
    EXPECT_EQ(planner.next(), std::nullopt);
}

// Goal: in one minute arrivals come before requests, and these before departures.
TEST(Planner, PutsArrivalsBeforeRequestsOfTheSameMinute) {
    List list;
    list.add(0min, 60min).add(60min, 100min).add(60min, 120min);
    const auto steps = plan(list.arranged(), {.departures = true});
    ASSERT_EQ(steps.size(), 4U);
    EXPECT_THAT(steps[0].requests, ElementsAre(0));
    EXPECT_THAT(flights_of(steps[0].departures), ElementsAre(0));
    EXPECT_EQ(steps[1].minute, kStart + 60min);
    EXPECT_THAT(flights_of(steps[1].arrivals), ElementsAre(0));
    EXPECT_THAT(steps[1].requests, ElementsAre(1, 2));
    EXPECT_THAT(flights_of(steps[1].departures), ElementsAre(1, 2));
    EXPECT_THAT(flights_of(steps[2].arrivals), ElementsAre(1));
    EXPECT_THAT(steps[2].requests, IsEmpty());
    EXPECT_EQ(steps[3].minute, kStart + 120min);
}

// Goal: cancelled flights are reported and not asked about, before requests of the same moment;
// diverted ones are both; the lag moves reports alone.
TEST(Planner, ReportsCancelledAndDivertedFlights) {
    List list;
    list.add(5min, 5min, Fate::cancelled)
        .add(5min, 90min, Fate::diverted)
        .add(9min, 9min, Fate::cancelled);
    auto steps = plan(list.arranged());
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_THAT(flights_of(steps[0].arrivals), ElementsAre(0));
    EXPECT_THAT(steps[0].requests, ElementsAre(1));
    EXPECT_EQ(steps[1].minute, kStart + 9min);
    EXPECT_THAT(flights_of(steps[2].arrivals), ElementsAre(1));

    steps = plan(list.arranged(), {.report_lag = 30min});
    ASSERT_EQ(steps.size(), 4U);
    EXPECT_THAT(steps[0].requests, ElementsAre(1));
    EXPECT_THAT(steps[1].arrivals, ElementsAre(PlannedReport{kStart + 35min, 0}));
    EXPECT_THAT(steps[2].arrivals, ElementsAre(PlannedReport{kStart + 39min, 2}));
    EXPECT_THAT(steps[3].arrivals, ElementsAre(PlannedReport{kStart + 120min, 1}));
}

// Goal: within a minute a request is in a step of its own when an arrival stands between it and
// the one before.
TEST(Planner, CutsAMinuteWhereAnArrivalIsBetweenTwoRequests) {
    List list;
    list.add(0s, 3'610s).add(3'600s, 7'000s).add(3'620s, 7'000s).add(3'630s, 7'000s);
    const auto steps = plan(list.arranged());
    ASSERT_EQ(steps.size(), 4U);
    EXPECT_THAT(steps[1].requests, ElementsAre(1));
    EXPECT_THAT(flights_of(steps[2].arrivals), ElementsAre(0));
    EXPECT_THAT(steps[2].requests, ElementsAre(2, 3));
    EXPECT_EQ(steps[2].minute, steps[1].minute);
}

// A list and options that follow from a seed.
class RandomPlan {
  public:
    explicit RandomPlan(std::uint64_t seed) : random_(seed) {
        const bool has_seconds = below(2) == 0;
        const auto unit = has_seconds ? 1s : std::chrono::seconds(60);
        for (int i = 0; i < 60; ++i) {
            const auto departed = unit * below(has_seconds ? 600 : 40);
            const Fate fate = static_cast<Fate>(below(8) < 6 ? 0 : 1 + below(2));
            const bool flies = fate != Fate::cancelled;
            list_.add(departed, departed + (flies ? unit * (1 + below(200)) : 0s), fate);
        }
        options = {
            .report_lag = below(2) == 0 ? 0s : unit * below(50), .departures = below(2) == 0
        };
    }

    const FlightList& flights() { return list_.arranged(); }

    PlanOptions options;

  private:
    int below(std::uint64_t bound) { return static_cast<int>(random_() % bound); }

    std::mt19937_64 random_;
    List list_;
};

// Checks the events of a plan one after the other.
class PlanCheck {
  public:
    PlanCheck(const FlightList& list, PlanOptions options) : list_(list), options_(options) {}

    void take(const Step& step) {
        EXPECT_GE(step.minute, last_);
        last_ = step.minute;
        for (const PlannedReport& report : step.arrivals) {
            EXPECT_EQ(report.time, list_.flights[report.flight].landed + options_.report_lag);
            latest_ = std::max(latest_, report.time);
            arrived_.insert(report.flight);
        }
        for (const std::uint32_t flight : step.requests) ask(flight);
        for (const PlannedReport& report : step.departures) {
            EXPECT_EQ(report.time, list_.flights[report.flight].departed);
            departed_.insert(report.flight);
        }
    }

    void end() const {
        EXPECT_EQ(arrived_.size(), list_.flights.size());
        EXPECT_EQ(std::set(arrived_.begin(), arrived_.end()).size(), arrived_.size());
        EXPECT_EQ(std::set(requested_.begin(), requested_.end()).size(), requested_.size());
        EXPECT_EQ(departed_.size(), options_.departures ? requested_.size() : 0);
    }

  private:
    // A request sees exactly what was reported by its time.
    void ask(std::uint32_t flight) {
        const sys_seconds now = list_.flights[flight].departed;
        EXPECT_NE(list_.flights[flight].fate, Fate::cancelled);
        requested_.insert(flight);
        EXPECT_LE(latest_, now);
        const auto due = std::ranges::count_if(list_.flights, [&](const Flight& other) {
            return other.landed + options_.report_lag <= now;
        });
        EXPECT_EQ(static_cast<std::ptrdiff_t>(arrived_.size()), due);
        const auto gone = std::ranges::count_if(list_.flights, [&](const Flight& other) {
            return other.fate != Fate::cancelled && other.departed < now;
        });
        EXPECT_EQ(static_cast<std::ptrdiff_t>(departed_.size()), options_.departures ? gone : 0);
    }

    const FlightList& list_;
    const PlanOptions options_;
    std::multiset<std::uint32_t> arrived_;
    std::multiset<std::uint32_t> requested_;
    std::multiset<std::uint32_t> departed_;
    sys_seconds latest_{};  // report
    sys_seconds last_{};    // step
};

// Goal: for random flights and lags, every flight has its events once and at their times, steps are
// in order, and a request sees exactly the arrivals and departures reported by then.
TEST(Planner, LetsARequestSeeExactlyWhatWasReportedByItsTime) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        RandomPlan random(seed);
        const FlightList& flights = random.flights();
        PlanCheck check(flights, random.options);
        for (const Step& step : plan(flights, random.options)) check.take(step);
        check.end();
    }
}

// Goal: the plan does not depend on the order of rows, and a repeated flight is played once.
TEST(Planner, DoesNotDependOnTheOrderOfRows) {
    const auto make = [](bool is_reversed) {
        FlightList list;
        std::vector<std::tuple<const char*, const char*, std::chrono::minutes>> rows = {
            {"AA", "1", 10min},
            {"DL", "2", 10min},
            {"AA", "10", 10min},
            {"AA", "1", 10min},
            {"UA", "7", 5min},
        };
        if (is_reversed) std::ranges::reverse(rows);
        for (const auto& [carrier, number, departed] : rows) {
            Flight flight{.departed = kStart + departed, .landed = kStart + departed + 1h};
            flight.carrier = *list.carriers.intern(carrier);
            flight.number = *list.numbers.intern(number);
            flight.origin = flight.dest = *list.airports.intern("ATL");
            list.flights.push_back(flight);
        }
        EXPECT_EQ(list.arrange(), 1U);
        std::vector<std::string> order;
        for (const Flight& flight : list.flights) {
            order.push_back(std::string(list.carrier(flight)) + std::string(list.number(flight)));
        }
        return order;
    };
    EXPECT_THAT(make(false), ElementsAre("UA7", "AA1", "AA10", "DL2"));
    EXPECT_EQ(make(true), make(false));
}

}  // namespace
}  // namespace flightcast::replay
