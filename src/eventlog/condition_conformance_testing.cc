// SPDX-License-Identifier: Apache-2.0
//
// What every event log tells of itself: its condition, its ends, and how far groups are. The second
// part of conformance_testing.cc.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "eventlog/conformance_testing.h"
#include "eventlog/embedded.h"
#include "eventlog/lag.h"
#include "eventlog/positions.h"

namespace flightcast::eventlog {

using base::Errc;
using base::Result;
using Values = std::vector<std::string>;

// Goal: the ends of topics and the lag of a group follow appends and commits, and a reader that has
// read everything has reached the ends.
TEST_P(EventLogConformance, MeasuresLagAndEnds) {
    create("in");
    create("out");
    const GroupTopics read_by_g{.group = name("g"), .topics = {name("in"), name("out")}};
    append("in", {"0", "1", "2"});
    Admin& admin = log().admin();
    EXPECT_EQ(lag_of(admin, read_by_g), 3);
    const auto member = join("g", "in");
    const std::vector<Record> polled = poll_all(*member, 2);
    ASSERT_EQ(polled.size(), 2U);
    EXPECT_EQ(lag_of(admin, read_by_g), 3);
    ASSERT_TRUE(publish(*member, {record("out", "k", "0+1")}, positions_after(polled)));
    // A broker shows a transaction's positions a moment after it has said that it is done.
    ASSERT_TRUE(fixture_->wait_for([&] {
        const auto now = lags_of(admin, read_by_g);
        return now && !now->empty() && now->front().committed;
    }));
    const auto lags = lags_of(admin, read_by_g);
    ASSERT_TRUE(lags) << lags.error().detail;
    ASSERT_EQ(lags->size(), 2U);
    EXPECT_EQ(lags->at(0).group, name("g"));
    EXPECT_EQ(lags->at(0).at, first_of("in"));
    EXPECT_EQ(lags->at(0).committed, Offset(2));
    EXPECT_EQ(lags->at(0).records, 1);
    EXPECT_EQ(lags->at(1).at, first_of("out"));
    EXPECT_EQ(lags->at(1).committed, std::nullopt);
    EXPECT_GE(lags->at(1).records, 1);
    const auto ends = ends_of(admin, {name("in")});
    ASSERT_TRUE(ends) << ends.error().detail;
    EXPECT_EQ(*ends, (std::vector<Position>{{first_of("in"), Offset(3)}}));
    const auto reader = read("in");
    EXPECT_EQ(values(*reader, 2), (Values{"0", "1"}));
    EXPECT_FALSE(has_reached(reader->positions(), *ends));
    EXPECT_EQ(values(*reader), (Values{"2"}));
    EXPECT_TRUE(has_reached(reader->positions(), *ends));
    const auto unknown = lag_of(admin, {.group = name("g"), .topics = {name("nowhere")}});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Errc::not_found);
}

// Goal: a log that works can be reached, complains of nothing, and has nothing in flight once what
// was appended is durable.
TEST_P(EventLogConformance, TellsItsCondition) {
    create("t");
    const auto reached = log().reach(std::chrono::seconds(10));
    EXPECT_TRUE(reached) << reached.error().detail;
    append("t", {"0", "1"});
    EXPECT_TRUE(fixture_->wait_for([this] { return log().condition().records_in_flight == 0; }));
    const Condition condition = log().condition();
    EXPECT_FALSE(condition.trouble) << condition.trouble->detail;
    EXPECT_FALSE(condition.fatal) << condition.fatal->detail;
}

// Goal: a log without threads of its own asks for work once, does all of it in one step, and none
// when there is none; what is queued before it closes is kept, what comes later is refused.
TEST_P(EventLogConformance, IsWorkedByItsOwner) {
    Embedded* const embedded = log().embedded();
    if (embedded == nullptr) GTEST_SKIP() << "this log works by itself";
    create("t");
    int asked = 0;
    embedded->on_work([&asked] { ++asked; });
    EXPECT_FALSE(embedded->step());
    const auto writer = log().open_writer();
    ASSERT_TRUE(writer);
    int done = 0;
    const auto note = [&done](const Result<void>& result) { done += result ? 1 : 0; };
    ASSERT_TRUE((*writer)->append({record("t", "k", "0")}, note));
    ASSERT_TRUE((*writer)->append({record("t", "k", "1")}, note));
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(done, 0);
    EXPECT_TRUE(embedded->step());
    EXPECT_EQ(done, 2);
    EXPECT_FALSE(embedded->step());
    embedded->on_work({});
    ASSERT_TRUE((*writer)->append({record("t", "k", "2")}, note));
    EXPECT_EQ(asked, 1);
    embedded->close();
    const auto refused = (*writer)->append({record("t", "k", "3")}, note);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::closed);
    EXPECT_TRUE(embedded->step());
    EXPECT_EQ(done, 3);
}

}  // namespace flightcast::eventlog
