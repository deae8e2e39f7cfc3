// SPDX-License-Identifier: Apache-2.0
#include "timeline/fold_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <string>

#include "arrival/arrival_json.h"
#include "base/random.h"
#include "features/online/state_file.h"
#include "replay/targets/report_of.h"
#include "timeline/online_table.h"

namespace flightcast::timeline {
namespace {

using namespace std::chrono_literals;
using features::online::Fold;
using features::online::News;
using features::online::Values;
using replay::Fate;
using replay::Flight;
using replay::FlightList;
using std::chrono::sys_seconds;

constexpr sys_seconds kStart{std::chrono::sys_days(std::chrono::year(2008) / 4 / 1)};

// Flights of some days among a few airports.
FlightList make_list(std::uint64_t seed, std::size_t flights) {
    base::SeededRandom random(seed);
    FlightList list;
    for (std::size_t i = 0; i < flights; ++i) {
        Flight flight;
        flight.departed = kStart + std::chrono::minutes(random.below(3 * 24 * 60));
        flight.landed = flight.departed + std::chrono::minutes(40 + random.below(300));
        flight.day = std::chrono::floor<std::chrono::days>(flight.departed);
        flight.carrier = *list.carriers.intern(std::string(1, char('A' + random.below(3))) + "A");
        flight.number = *list.numbers.intern(std::to_string(1 + random.below(40)));
        flight.origin = *list.airports.intern("A" + std::to_string(random.below(5)));
        flight.dest = *list.airports.intern("B" + std::to_string(random.below(5)));
        flight.scheduled_minute = static_cast<std::int16_t>(random.below(1'440));
        flight.dep_delay = static_cast<float>(random.below(50)) - 5;
        flight.arr_delay = flight.dep_delay + static_cast<float>(random.below(40)) - 20;
        flight.distance = 500;
        const std::uint64_t fate = random.below(40);
        if (fate < 2) flight.fate = fate == 0 ? Fate::cancelled : Fate::diverted;
        if (flight.fate == Fate::cancelled) flight.landed = flight.departed;
        list.flights.push_back(flight);
    }
    list.arrange();
    return list;
}

using Bits = std::map<std::uint32_t, std::vector<std::uint32_t>>;

// The values of each flight that left until `until`, bit by bit.
Bits run(const FlightList& list, sys_seconds until, Fold fold = Fold(nullptr)) {
    Bits bits;
    const auto states = run_fold(list, fold, {}, [&](std::uint32_t flight, const Values& values) {
        if (list.flights[flight].departed > until) return;
        for (const float value : values) {
            bits[flight].push_back(std::bit_cast<std::uint32_t>(value));
        }
    });
    EXPECT_TRUE(states);
    return bits;
}

// Gives other delays and times aloft to all that is reported later than `known`.
FlightList scramble(FlightList list, sys_seconds known, std::uint64_t seed) {
    base::SeededRandom random(seed);
    for (Flight& flight : list.flights) {
        if (flight.fate == Fate::cancelled) continue;
        if (flight.landed > known) {
            flight.arr_delay = static_cast<float>(random.below(200)) - 50;
            flight.landed =
                std::max(flight.departed, known) + std::chrono::minutes(1 + random.below(500));
        }
        if (flight.departed > known) flight.dep_delay = static_cast<float>(random.below(90));
    }
    return list;
}

TEST(FoldRun, NoFeatureKnowsWhatIsReportedLater) {
    // Goal: the rule of observation. At 24 moments all that is reported later is scrambled: no
    // feature of a flight that left until then changes, bit for bit; and scrambling what was
    // reported by then changes some.
    constexpr std::uint64_t kSeed = 17;
    const FlightList list = make_list(kSeed, 3'000);
    for (int i = 1; i <= 24; ++i) {
        const sys_seconds known = kStart + i * 173min;
        const Bits whole = run(list, known);
        ASSERT_FALSE(whole.empty()) << kSeed;
        ASSERT_EQ(run(scramble(list, known, kSeed + i), known), whole) << "cut " << i;
    }
    const sys_seconds known = kStart + 30h;
    EXPECT_NE(run(scramble(list, known - 10h, kSeed), known), run(list, known));
}

TEST(FoldRun, ReportsOfAReplayAreTheSameNews) {
    // Goal: what the fold is told offline is what it is told of the record that a replay writes.
    const FlightList list = make_list(3, 300);
    const base::WallTime appended = kStart + std::chrono::years(18);
    const arrival::ReadRules rules{.now = appended};
    for (std::uint32_t i = 0; i < list.flights.size(); ++i) {
        const replay::PlannedReport report{.time = list.flights[i].landed, .flight = i};
        const replay::PlannedReport departure{.time = list.flights[i].departed, .flight = i};
        const auto same = [&](const arrival::Arrival& replayed, const News& offline) {
            const auto read = arrival::decode_arrival(arrival::encode_arrival(replayed), rules);
            ASSERT_TRUE(read);
            const auto news = features::online::news_of(*read, appended, 0);
            ASSERT_TRUE(news);
            EXPECT_EQ(news->event, offline.event);
            EXPECT_EQ(news->flight.carrier, offline.flight.carrier);
            EXPECT_EQ(news->flight.number, offline.flight.number);
            EXPECT_EQ(news->flight.origin, offline.flight.origin);
            EXPECT_EQ(news->flight.dest, offline.flight.dest);
            EXPECT_EQ(news->day, offline.day);
            EXPECT_EQ(news->crs, offline.crs);
            EXPECT_EQ(news->reported, offline.reported);
            EXPECT_EQ(news->dep_delay, offline.dep_delay);
            EXPECT_EQ(news->arr_delay, offline.arr_delay);
            EXPECT_EQ(news->elapsed_minutes, offline.elapsed_minutes);
        };
        same(replay::targets::arrival_of(list, report), arrival_news(list, report));
        if (list.flights[i].fate == Fate::cancelled) continue;
        same(replay::targets::departure_of(list, departure), departure_news(list, departure));
    }
}

TEST(FoldRun, AStateIsWhatALaterRunGoesOnFrom) {
    // Goal: a run with a cut after the first day has, from the second day on, the features of a run
    // that begins with the bytes of that state, whether it is given the first day again or not.
    const FlightList list = make_list(9, 2'000);
    const dataset::Day first = std::chrono::sys_days(std::chrono::year(2008) / 4 / 1);
    auto table = table_of(list, 1);
    ASSERT_TRUE(table);
    ASSERT_TRUE(fill_online(*table, list, Fold(nullptr), {.cuts = {first}}));
    ASSERT_EQ(table->states.size(), 1U);
    const auto fold = features::online::parse_state(table->states[0].bytes, "state", nullptr);
    ASSERT_TRUE(fold);
    const Bits later = run(list, sys_seconds::max(), *fold);
    std::size_t compared = 0;
    for (std::size_t row = 0; row < table->flights.size(); ++row) {
        if (table->table.day[row] <= first) continue;
        const auto values = table->table.online_of(row);
        for (std::size_t i = 0; i < values.size(); ++i) {
            ASSERT_EQ(std::bit_cast<std::uint32_t>(values[i]), later.at(table->flights[row])[i])
                << row;
        }
        ++compared;
    }
    EXPECT_GT(compared, 1'000U);
}

}  // namespace
}  // namespace flightcast::timeline
