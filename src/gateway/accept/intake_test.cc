// SPDX-License-Identifier: Apache-2.0
#include "gateway/accept/intake.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "flight/route_table.h"

namespace flightcast::gateway::accept {
namespace {

namespace json = boost::json;

// Stores everything at once, unless it is full.
struct QuickWriter final : eventlog::Writer {
    base::Result<void> append(
        std::vector<eventlog::NewRecord> records, eventlog::Done done
    ) override {
        if (is_full) return base::fail(base::Errc::full, "the queue is full");
        for (eventlog::NewRecord& record : records) appended.push_back(std::move(record));
        done({});
        return {};
    }
    bool is_full = false;
    std::vector<eventlog::NewRecord> appended;
};

// The body is destinations, one letter each: "SX" flies from ATL to SFO and to nowhere.
class Letters final : public Dialect {
  public:
    std::expected<Flights, http::Response> read(
        const http::Request& request, const flight::RouteTable& /*routes*/
    ) override {
        if (request.body.empty()) return std::unexpected(http::Response{.status = 415});
        Flights flights;
        for (const char letter : request.body) {
            flight::Fields fields{.dep_delay = "5", .carrier = "AA", .flight_date = "2016-12-25"};
            fields.origin = "ATL";
            fields.dest = letter == 'S' ? "SFO" : "nowhere";
            flights.push_back(fields);
        }
        return flights;
    }
    http::Response refuse_header(std::string_view name, const std::string&) const override {
        return {.status = 400, .body = std::string(name)};
    }
    http::Response refuse_flight(
        std::size_t place, const flight::FieldError& error
    ) const override {
        return {.status = 400, .body = std::to_string(place) + " " + error.field};
    }
    void answer(
        const std::vector<base::Uuid>& ids, const Verdict& verdict, http::Respond respond
    ) override {
        std::string text = verdict.why;
        for (const base::Uuid& id : ids) text += id.to_string() + ";";
        respond({.status = verdict.fate == Fate::accepted ? 200U : 503U, .body = std::move(text)});
    }
};

class IntakeTest : public testing::Test {
  protected:
    http::Response take(std::string body, std::string_view key = "") {
        http::Request request{.method = "POST", .body = std::move(body)};
        if (!key.empty()) request.headers.add("Idempotency-Key", key);
        http::Response answer{.status = 0};
        intake_.take(request, std::make_unique<Letters>(), [&answer](http::Response given) {
            answer = std::move(given);
        });
        return answer;
    }

    std::string text(const http::Response& response) {
        return std::to_string(response.status) + " " + std::string(response.body.view());
    }

    base::ManualClock clock_;
    base::SeededRandom random_{1};
    QuickWriter writer_;
    std::vector<Fate> counted_;
    flight::ActiveRoutes routes_{
        flight::RouteTable::parse(R"({"Origin":"ATL","Dest":"SFO","Distance":2139.0})").value()
    };
    Acceptor acceptor_{
        {.writer = writer_,
         .clock = clock_,
         .post = [](auto task) { task(); },
         .on_submission = [this](
                              const Verdict& verdict, const auto&, auto
                          ) { counted_.push_back(verdict.fate); }},
        {.request_topic = "requests"}
    };
    RequestIds ids_{std::string(32, 's'), random_};
    Intake intake_{
        {.acceptor = acceptor_, .ids = ids_, .routes = routes_, .clock = clock_, .zone = {}}
    };
};

// Goal: a refused submission reaches no log, is counted once, and is answered in the dialect's
// words: the key first, then the body, then the first flight that is wrong.
TEST_F(IntakeTest, RefusesInOrder) {
    EXPECT_EQ(text(take("", "a b")), "400 Idempotency-Key");
    EXPECT_EQ(text(take("")), "415 ");
    EXPECT_EQ(text(take("SSXX")), "400 2 Dest");
    EXPECT_EQ(counted_, std::vector<Fate>(3, Fate::invalid));
    EXPECT_TRUE(writer_.appended.empty());
}

// Goal: every flight of a submission becomes a record under its own id, which the answer names in
// the flights' order; the time is that of the submission.
TEST_F(IntakeTest, AcceptsAllTogether) {
    const http::Response answer = take("SS");
    ASSERT_EQ(writer_.appended.size(), 2U);
    std::string ids;
    for (const eventlog::NewRecord& record : writer_.appended) {
        const json::value said = json::parse(*record.value);
        EXPECT_EQ(said.at("UUID").as_string(), *record.key);
        EXPECT_EQ(said.at("Distance").as_double(), 2139.0);
        ids += *record.key + ";";
    }
    EXPECT_EQ(text(answer), "200 " + ids);
    EXPECT_NE(*writer_.appended[0].key, *writer_.appended[1].key);
    EXPECT_EQ(counted_, std::vector<Fate>(2, Fate::accepted));
}

// Goal: a key gives the same flights the same ids, whenever they come again; without one, with
// another, or in another place they have others.
TEST_F(IntakeTest, KeysRepeat) {
    const std::string first = text(take("SS", "k1"));
    clock_.advance(std::chrono::hours(50));
    EXPECT_EQ(text(take("SS", "k1")), first);
    EXPECT_NE(text(take("SS", "k2")), first);
    EXPECT_NE(text(take("SS")), text(take("SS")));
    EXPECT_TRUE(first.starts_with(text(take("S", "k1"))));
}

// Goal: a submission that the log does not take is answered with the reason.
TEST_F(IntakeTest, TellsWhatTheLogSays) {
    writer_.is_full = true;
    EXPECT_TRUE(text(take("S")).starts_with("503 The flight was not accepted: the queue is full"));
    EXPECT_EQ(counted_, std::vector<Fate>{Fate::full});
}

}  // namespace
}  // namespace flightcast::gateway::accept
