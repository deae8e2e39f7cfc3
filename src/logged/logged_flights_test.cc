// SPDX-License-Identifier: Apache-2.0
#include "logged/logged_flights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrival/arrival_json.h"
#include "base/random.h"
#include "flight/prediction_json.h"
#include "judging/evaluation_json.h"
#include "replay/targets/report_of.h"
#include "replay/targets/request_of.h"

namespace flightcast::logged {
namespace {

using namespace std::chrono_literals;
using replay::Fate;
using replay::Flight;
using replay::FlightList;
using std::chrono::sys_seconds;
using ::testing::HasSubstr;

constexpr sys_seconds kStart{std::chrono::sys_days(std::chrono::year(2008) / 4 / 1)};
const flight::TopicSet kTopics{
    .request = "request", .response = "response", .dead_letter = "dead-letter"
};

const flight::RouteTable& routes() {
    static const flight::RouteTable table =
        *flight::RouteTable::parse(R"({"Origin":"ATL","Dest":"SFO","Distance":2139.0})");
    return table;
}

// Flights of some days, each number once a day.
FlightList random_list(std::uint64_t seed, std::size_t flights) {
    base::SeededRandom random(seed);
    FlightList list;
    for (std::size_t i = 0; i < flights; ++i) {
        Flight flight;
        flight.departed = kStart + std::chrono::minutes(random.below(3 * 24 * 60));
        flight.landed = flight.departed + std::chrono::minutes(40 + random.below(300));
        flight.day = std::chrono::floor<std::chrono::days>(flight.departed);
        flight.carrier = *list.carriers.intern(std::string(1, char('A' + random.below(3))) + "A");
        flight.number = *list.numbers.intern(std::to_string(1 + i));
        flight.origin = *list.airports.intern("A" + std::to_string(random.below(5)));
        flight.dest = *list.airports.intern("B" + std::to_string(random.below(5)));
        flight.scheduled_minute = static_cast<std::int16_t>(random.below(1'440));
        flight.dep_delay = static_cast<float>(random.below(50)) - 5;
        flight.arr_delay = flight.dep_delay + static_cast<float>(random.below(40)) - 20;
        flight.distance = 500 + static_cast<float>(random.below(100));
        const std::uint64_t fate = random.below(20);
        if (fate < 2) {
            flight.fate = fate == 0 ? Fate::cancelled : Fate::diverted;
            flight.arr_delay = std::nanf("");
        }
        if (flight.fate == Fate::cancelled) {
            flight.landed = flight.departed;
            flight.dep_delay = std::nanf("");
        }
        list.flights.push_back(flight);
    }
    list.arrange();
    return list;
}

// The topics, as stages write them.
class Log {
  public:
    void respond(const flight::Request& request, double predicted = 1) {
        flight::Prediction prediction{.request = request, .route = "", .predicted = predicted};
        prediction.probabilities = flight::Probabilities{0.1, 0.4, 0.4, 0.1};
        prediction.model = "m@1";
        append(
            kTopics.response, flight::encode_prediction(prediction, flight::ResponseFields::all, {})
        );
    }
    void report(const arrival::Arrival& arrival) {
        append(kTopics.arrival, arrival::encode_arrival(arrival));
    }
    void append(const std::string& topic, std::string value) {
        records_.push_back(
            {.at = {.topic = topic, .partition = eventlog::PartitionId(0)},
             .offset = eventlog::Offset(static_cast<std::int64_t>(records_.size())),
             .appended = std::chrono::floor<std::chrono::milliseconds>(
                 kStart + std::chrono::years(18) + std::chrono::seconds(records_.size())
             ),
             .key = {},
             .value = std::move(value),
             .headers = {}}
        );
    }

    // What a replay of the list writes.
    void replay(const FlightList& list) {
        for (std::uint32_t i = 0; i < list.flights.size(); ++i) {
            const Flight& flight = list.flights[i];
            report(replay::targets::arrival_of(list, {.time = flight.landed, .flight = i}));
            if (flight.fate == Fate::cancelled) continue;
            flight::Request request = replay::targets::request_of(list, flight, routes(), {});
            request.id = replay::targets::request_id("test", i);
            respond(request);
        }
    }

    [[nodiscard]] base::Result<Logged> read(Period period = {}) const {
        LoggedFlights flights({.topics = kTopics, .period = period});
        for (const eventlog::Record& record : records_) FC_TRY_VOID(flights.take(record));
        return std::move(flights).finish("the log", routes());
    }

  private:
    std::vector<eventlog::Record> records_;
};

std::string line_of(const FlightList& list, const Flight& flight) {
    std::string line;
    for (const auto text :
         {list.carrier(flight), list.number(flight), list.origin(flight), list.dest(flight)}) {
        line += std::string(text) + " ";
    }
    line += dataset::to_string(flight.day) + " " + std::to_string(flight.scheduled_minute) + " " +
            std::to_string(flight.departed.time_since_epoch().count()) + " " +
            std::to_string(flight.landed.time_since_epoch().count()) + " " +
            std::to_string(static_cast<int>(flight.fate)) + " " +
            std::to_string(flight.known_after);
    for (const float value : {flight.dep_delay, flight.arr_delay}) {
        line += " " + std::to_string(std::isnan(value) ? 0 : std::bit_cast<std::uint32_t>(value));
    }
    const bool is_row = flight.fate == Fate::landed;
    return line + " " + std::to_string(is_row ? flight.distance : 0);
}

std::vector<std::string> lines_of(const FlightList& list) {
    std::vector<std::string> lines;
    for (const Flight& flight : list.flights) lines.push_back(line_of(list, flight));
    return lines;
}

// Of a flight from ATL to SFO that was asked about at 10:00.
flight::Request request_of(std::uint32_t number) {
    flight::Request request;
    request.id = replay::targets::request_id("one", number);
    request.flight_date = "2008-04-01";
    request.carrier = "AA";
    request.origin = "ATL";
    request.dest = "SFO";
    request.flight_num = std::to_string(number);
    request.dep_delay = 7;
    request.requested_at = kStart + 10h;
    return request;
}

arrival::Arrival landing_of(std::uint32_t number, double delay, std::chrono::hours reported) {
    return {
        .flight_date = flight::CalendarDate{2008, 4, 1},
        .carrier = "AA",
        .origin = "ATL",
        .dest = "SFO",
        .flight_num = std::to_string(number),
        .crs_dep_time = {},
        .dep_delay = {},
        .departed_at = {},
        .arr_delay = delay,
        .arrived_at = kStart + 13h,
        .reported_at = kStart + reported,
        .source = "towers"
    };
}

TEST(LoggedFlights, AReplayedListIsReadAgain) {
    // Goal: the log of a replay gives the list that was played, to the last bit, whatever flights
    // were cancelled or diverted.
    constexpr std::uint64_t kSeed = 4;
    const FlightList list = random_list(kSeed, 2'000);
    Log log;
    log.replay(list);
    const auto logged = log.read();
    ASSERT_TRUE(logged) << logged.error().detail;
    EXPECT_EQ(lines_of(logged->list), lines_of(list)) << kSeed;
    std::size_t landed = 0;
    for (const Flight& flight : list.flights) landed += flight.fate == Fate::landed ? 1 : 0;
    EXPECT_EQ(logged->report.kept, landed);
    EXPECT_EQ(logged->waiting, 0U);
    EXPECT_EQ(logged->untold, 0U);
}

TEST(LoggedFlights, TheFirstResponseAndTheLastReportCount) {
    // Goal: the rules of the evaluator hold: a repeated response adds nothing, a correction
    // replaces the delay, a report by id judges its prediction alone.
    Log log;
    flight::Request second = request_of(1);
    second.dep_delay = 99;
    log.respond(request_of(1));
    log.respond(second);
    log.report(landing_of(1, 20, 14h));
    log.report(landing_of(1, 35, 16h));
    log.respond(request_of(2));
    arrival::Arrival by_id{.arr_delay = -3, .source = std::string(arrival::kClientSource)};
    by_id.id = request_of(2).id;
    by_id.arrived_at = by_id.reported_at = kStart + 15h;
    log.report(by_id);
    log.respond(request_of(3));
    const auto logged = log.read();
    ASSERT_TRUE(logged) << logged.error().detail;
    ASSERT_EQ(logged->list.flights.size(), 2U);
    const Flight& first = logged->list.flights[0];
    EXPECT_EQ(first.dep_delay, 7);
    EXPECT_EQ(first.arr_delay, 35);
    EXPECT_EQ(first.landed, kStart + 13h);
    EXPECT_EQ(first.known_after, 3 * 3'600) << "known when it was corrected";
    EXPECT_EQ(first.distance, 2139) << "of the route";
    EXPECT_EQ(logged->list.flights[1].arr_delay, -3);
    EXPECT_EQ(logged->waiting, 1U) << "the third has no arrival";
}

TEST(LoggedFlights, EvaluationsStandForResponsesThatWereTrimmed) {
    // Goal: an evaluation without its response is a row; of its revisions the highest counts, and
    // a later correction of the arrival counts over them.
    judging::Evaluation evaluation{
        .id = request_of(1).id,
        .model = "m@1",
        .flight_date = "2008-04-01",
        .carrier = "AA",
        .origin = "ATL",
        .dest = "SFO",
        .flight_num = "1",
        .crs_dep_time = {},
        .dep_delay = 7,
        .requested_at = kStart + 10h,
        .predicted = 1,
        .probabilities = {},
        .observed = 2,
        .arr_delay = 20,
        .arrived_at = kStart + 13h,
        .reported_at = kStart + 14h,
        .source = "towers",
        .replaces = {}
    };
    Log log;
    const auto append = [&] {
        log.append(kTopics.evaluation, judging::encode_evaluation(evaluation));
    };
    append();
    evaluation.revision = 2;
    evaluation.arr_delay = 25;
    append();
    evaluation.arr_delay = 60;  // a repetition of the revision, after a crash
    append();
    const auto logged = log.read();
    ASSERT_TRUE(logged) << logged.error().detail;
    ASSERT_EQ(logged->list.flights.size(), 1U);
    EXPECT_EQ(logged->list.flights[0].arr_delay, 25);
    log.report(landing_of(1, 31, 17h));
    const auto corrected = log.read();
    ASSERT_TRUE(corrected);
    EXPECT_EQ(corrected->list.flights[0].arr_delay, 31);
}

TEST(LoggedFlights, APeriodHasItsHistory) {
    // Goal: flights before the period are history, as are those that nobody asked about; later ones
    // are left out.
    FlightList list = random_list(8, 500);
    Log log;
    log.replay(list);
    log.report([] {
        arrival::Arrival told = landing_of(9'999, 12, 14h);
        told.dep_delay = 3;
        told.departed_at = kStart + 10h;
        return told;
    }());
    log.report(landing_of(9'998, 12, 14h));
    const dataset::Day second =
        std::chrono::floor<std::chrono::days>(kStart) + std::chrono::days(1);
    const auto logged = log.read({.from = second, .to = second});
    ASSERT_TRUE(logged) << logged.error().detail;
    std::size_t rows = 0;
    bool has_told = false;
    for (const Flight& flight : logged->list.flights) {
        EXPECT_LE(flight.day, second);
        has_told = has_told || logged->list.number(flight) == "9999";
        // Cancelled flights are not asked about.
        if (flight.fate == Fate::cancelled) continue;
        EXPECT_EQ(flight.file, flight.day == second ? 0 : 1);
        rows += flight.file == 0 && flight.fate == Fate::landed ? 1 : 0;
    }
    EXPECT_TRUE(has_told);
    EXPECT_EQ(rows, logged->report.kept);
    EXPECT_EQ(logged->untold, 1U);
}

TEST(LoggedFlights, SaysWhyThereIsNothing) {
    // Goal: a log without an arrival is refused with the numbers that tell why; so is a prediction
    // without what a row needs.
    Log log;
    log.respond(request_of(1));
    flight::Request bare = request_of(2);
    bare.dep_delay.reset();
    log.respond(bare);
    log.report(landing_of(2, 5, 14h));
    const auto logged = log.read();
    ASSERT_FALSE(logged);
    EXPECT_EQ(logged.error().code, base::Errc::invalid_argument);
    EXPECT_THAT(logged.error().detail, HasSubstr("the log has 2 predictions of the period"));
    EXPECT_THAT(logged.error().detail, HasSubstr("1 with missing DepDelay"));
    EXPECT_THAT(logged.error().detail, HasSubstr("--from and --to"));
}

}  // namespace
}  // namespace flightcast::logged
