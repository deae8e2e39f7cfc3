// SPDX-License-Identifier: Apache-2.0
#include "replay/targets/log_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "arrival/arrival_json.h"
#include "base/clock.h"
#include "eventlog/embedded.h"
#include "eventlog/forwarding_log_testing.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"
#include "flight/prediction_json.h"
#include "flight/request_json.h"
#include "flight/topics/arrivals_before.h"
#include "replay/targets/request_of.h"

namespace flightcast::replay::targets {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::chrono::sys_seconds kStart{std::chrono::sys_days(std::chrono::year(2008) / 4 / 1)};
const flight::TopicSet kTopics{
    .request = "q", .response = "r", .dead_letter = "d", .arrival = "a", .evaluation = "e"
};

FlightList three_flights() {
    FlightList list;
    for (int i = 0; i < 3; ++i) {
        Flight flight{.departed = kStart + 60min, .landed = kStart + 60min * (i + 2)};
        flight.day = std::chrono::floor<std::chrono::days>(kStart);
        flight.carrier = *list.carriers.intern("AA");
        flight.number = *list.numbers.intern(std::to_string(i));
        flight.origin = *list.airports.intern("ATL");
        flight.dest = *list.airports.intern("SFO");
        flight.scheduled_minute = 55;
        flight.dep_delay = 5;
        flight.distance = 2139;
        list.flights.push_back(flight);
    }
    return list;
}

// Commits the log and answers requests, on a thread of its own as a scorer does. The records of
// all topics are kept in the order in which they were appended.
class Answerer {
  public:
    explicit Answerer(eventlog::local::LocalLog& log) : log_(log) {
        requests_ = log.open_reader({.topics = {"q"}}).value();
        writer_ = log.open_writer().value();
        log.on_work([this] { signs_.give(); });
        requests_->on_ready([this] { signs_.give(); });
    }

    ~Answerer() {
        thread_.request_stop();
        signs_.give();
        thread_ = {};
        log_.on_work({});
    }

    void start() {
        thread_ = std::jthread([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                signs_.wait(1s);
                while (log_.step()) answer();
                answer();
            }
        });
    }

    std::atomic<bool> fails_second = false;
    std::atomic<bool> lacks_probabilities = false;

  private:
    void answer() {
        const auto records = requests_->poll(10);
        for (const eventlog::Record& record : *records) {
            const auto request = flight::decode_request(*record.value, flight::TimeZone());
            if (fails_second && request->flight_num == "1") {
                append("d", "{\"UUID\":\"" + request->id.to_string() + "\",\"Reason\":\"x\"}");
                continue;
            }
            flight::Prediction prediction{.request = *request, .predicted = 2};
            if (!lacks_probabilities) prediction.probabilities = {0.1, 0.2, 0.4, 0.3};
            prediction.model = "m@1";
            append(
                "r",
                flight::encode_prediction(
                    prediction, flight::ResponseFields::all, flight::TimeZone()
                )
            );
        }
    }

    void append(const std::string& topic, std::string value) {
        std::vector<eventlog::NewRecord> one(1);
        one[0] = {.topic = topic, .key = "k", .value = std::move(value)};
        ASSERT_TRUE(writer_->append(std::move(one), [](auto) {}));
    }

    eventlog::local::LocalLog& log_;
    std::unique_ptr<eventlog::Reader> requests_;
    std::unique_ptr<eventlog::Writer> writer_;
    Signs signs_;
    std::jthread thread_;
};

class LogTargetTest : public ::testing::Test {
  protected:
    void SetUp() override {
        for (const char* topic : {"q", "r", "d", "a", "e"}) {
            ASSERT_TRUE(log_->admin().create_topic({.name = topic, .retention = {}}));
        }
    }

    std::unique_ptr<LogTarget> open(std::size_t steps_a_flush = 1) {
        return open(*log_, steps_a_flush);
    }

    std::unique_ptr<LogTarget> open(eventlog::EventLog& log, std::size_t steps_a_flush) {
        return LogTarget::open({.list = list_,
                                .log = log,
                                .routes = routes_,
                                .topics = kTopics,
                                .zone = flight::TimeZone(),
                                .run = "run",
                                .steps_a_flush = steps_a_flush})
            .value();
    }

    std::vector<std::string> values(const std::string& topic) {
        const auto reader = log_->open_reader({.topics = {topic}}).value();
        std::vector<std::string> values;
        const auto records = reader->poll(100).value();
        for (const auto& record : records) values.push_back(*record.value);
        return values;
    }

    const FlightList list_ = three_flights();
    const base::SystemClock clock_;
    eventlog::memory::MemoryStorage storage_;
    std::unique_ptr<eventlog::local::LocalLog> log_ =
        eventlog::local::LocalLog::open(storage_, clock_).value();
    const flight::RouteTable routes_ =
        flight::RouteTable::parse(R"({"Origin":"ATL","Dest":"SFO","Distance":2139.0})").value();
};

// Goal: requests are answered in their order; requests and reports have the event times of the
// flights and ids that follow from the run.
TEST_F(LogTargetTest, AsksAndReports) {
    Answerer answerer(*log_);
    const auto target = open();
    answerer.start();
    const Step step{
        .minute = kStart + 60min,
        .arrivals = {{kStart + 60min, 0}},
        .requests = {1, 2},
        .departures = {{kStart + 60min, 1}, {kStart + 60min, 2}}
    };
    const auto answers = target->play(0, step);
    ASSERT_TRUE(answers) << answers.error().detail;
    ASSERT_EQ(answers->size(), 2U);
    EXPECT_EQ((*answers)[0].flight, 1U);
    EXPECT_EQ((*answers)[1].flight, 2U);
    EXPECT_EQ((*answers)[0].model, "m@1");
    EXPECT_EQ((*answers)[0].predicted, 2U);
    EXPECT_THAT((*answers)[0].probabilities, ElementsAre(0.1, 0.2, 0.4, 0.3));

    const auto requests = values("q");
    ASSERT_EQ(requests.size(), 2U);
    const auto request = flight::decode_request(requests[0], flight::TimeZone()).value();
    EXPECT_EQ(request.id, request_id("run", 1));
    EXPECT_NE(request.id, request_id("other", 1));
    EXPECT_EQ(request.requested_at, kStart + 60min);
    EXPECT_EQ(request.crs_dep_time, 55);
    EXPECT_EQ(request.distance, 2139.0);
    const auto reports = values("a");
    ASSERT_EQ(reports.size(), 3U);
    const auto landed = arrival::decode_arrival(reports[0], {.now = clock_.wall_now()}).value();
    EXPECT_EQ(arrival::event_of(landed), arrival::Event::landed);
    EXPECT_EQ(landed.arrived_at, kStart + 120min);
    EXPECT_EQ(landed.reported_at, kStart + 60min);
    const auto left = arrival::decode_arrival(reports[1], {.now = clock_.wall_now()}).value();
    EXPECT_EQ(arrival::event_of(left), arrival::Event::departed);
    EXPECT_EQ(left.flight_num, "1");
}

// Goal: beside a log without an order between topics, each request tells where the reports before
// it end: those of its minute, and the departures of the one before; without reports nothing.
TEST_F(LogTargetTest, RequestsTellWhatWasReportedBefore) {
    eventlog::ForwardingLog distant(*log_);
    Answerer answerer(*log_);
    const auto target = open(distant, 1);
    answerer.start();
    ASSERT_TRUE(target->play(0, {.minute = kStart, .requests = {0}}));
    const Step second{
        .minute = kStart + 1min,
        .arrivals = {{kStart + 1min, 0}},
        .requests = {1},
        .departures = {{kStart + 1min, 1}}
    };
    ASSERT_TRUE(target->play(1, second));
    ASSERT_TRUE(target->play(2, {.minute = kStart + 2min, .requests = {2}}));
    std::vector<std::string> ends;
    const auto reader = log_->open_reader({.topics = {"q"}}).value();
    const auto requests = reader->poll(100).value();
    for (const eventlog::Record& request : requests) {
        const auto found =
            std::ranges::find(request.headers, flight::kArrivalsHeader, &eventlog::Header::name);
        ends.push_back(found == request.headers.end() ? "" : found->value);
    }
    EXPECT_THAT(ends, ElementsAre("", "1", "2"));
}

// Goal: a flight whose outcome is a failure is left out and does not hold up others; a step that is
// played again has the same ids.
TEST_F(LogTargetTest, GoesOnAfterFailures) {
    Answerer answerer(*log_);
    answerer.fails_second = true;
    const auto target = open();
    answerer.start();
    const Step step{.minute = kStart, .requests = {0, 1, 2}};
    for (int i = 0; i < 2; ++i) {
        const auto answers = target->play(0, step);
        ASSERT_TRUE(answers);
        ASSERT_EQ(answers->size(), 2U);
        EXPECT_EQ((*answers)[1].flight, 2U);
    }
    const auto requests = values("q");
    ASSERT_EQ(requests.size(), 6U);
    EXPECT_EQ(requests[0], requests[3]);
}

// Goal: of several steps the last one is durable, and all before it with it; no answer waits for
// that.
TEST_F(LogTargetTest, SettlesEveryFewSteps) {
    Answerer answerer(*log_);
    const auto target = open(3);
    answerer.start();
    std::vector<bool> settled;
    for (const std::uint32_t flight : {0U, 1U, 2U, 0U}) {
        const auto answers = target->play(0, {.minute = kStart, .requests = {flight}});
        ASSERT_TRUE(answers);
        EXPECT_EQ(answers->size(), 1U);
        settled.push_back(target->is_settled());
    }
    EXPECT_THAT(settled, ElementsAre(false, false, true, false));
}

// Goal: answers without probabilities, and none at all, end the replay with the way out.
TEST_F(LogTargetTest, SaysWhyItCannotGoOn) {
    Answerer answerer(*log_);
    answerer.lacks_probabilities = true;
    const auto target = open();
    answerer.start();
    auto answers = target->play(0, {.minute = kStart, .requests = {0}});
    ASSERT_FALSE(answers);
    EXPECT_THAT(answers.error().detail, HasSubstr("--response-fields original"));

    std::stop_source stop;
    stop.request_stop();
    const auto stopped = LogTarget::open(
        {.list = list_,
         .log = *log_,
         .routes = routes_,
         .topics = {.request = "unread", .response = "r", .dead_letter = "d", .arrival = "a"},
         .zone = flight::TimeZone(),
         .run = "run",
         .stop = stop.get_token()}
    );
    ASSERT_TRUE(stopped);
    ASSERT_TRUE(log_->admin().create_topic({.name = "unread", .retention = {}}));
    answers = (*stopped)->play(0, {.minute = kStart, .requests = {0}});
    ASSERT_FALSE(answers);
    EXPECT_EQ(answers.error().code, base::Errc::closed);
}

}  // namespace
}  // namespace flightcast::replay::targets
