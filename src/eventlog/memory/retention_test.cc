// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "eventlog/local/local_log.h"
#include "eventlog/local/record_size.h"
#include "eventlog/memory/memory_storage.h"

namespace flightcast::eventlog {
namespace {

using namespace std::chrono_literals;

constexpr auto kLong = std::chrono::hours(1'000);

class RetentionTest : public testing::Test {
  protected:
    void SetUp() override {
        log_ = local::LocalLog::open(storage_, clock_).value();
        create("in");
        create("out");
    }
    void create(const std::string& topic, std::optional<std::chrono::milliseconds> retention = {}) {
        ASSERT_TRUE(log_->admin().create_topic({.name = topic, .retention = retention}));
    }
    void settle() {
        while (log_->step()) {
        }
    }
    // `count` records that take `each` bytes, each an hour after the one before.
    void append(const std::string& topic, int count, std::size_t each) {
        const auto writer = log_->open_writer();
        const std::string value(each - local::kRecordOverheadBytes, 'x');
        for (int i = 0; i < count; ++i) {
            ASSERT_TRUE((*writer)->append({{.topic = topic, .value = value}}, {}));
            settle();
            clock_.advance(1h);
        }
    }
    void commit(const std::string& group, const std::string& topic, std::int64_t next) {
        const auto member =
            log_->join_group({.group = group, .topics = {topic}, .instance_id = "a"});
        ASSERT_TRUE((*member)->publish({}, {{{topic, PartitionId(0)}, Offset(next)}}, {}));
        settle();
    }
    // How many records a topic has.
    [[nodiscard]] std::int64_t count(const std::string& topic) {
        const PartitionRange range = log_->admin().ranges(topic)->front();
        return range.end.value() - range.first.value();
    }
    // Trims as often as it removes something.
    [[nodiscard]] TrimReport trim(const Retention& retention) {
        while (true) {
            const auto report = log_->trim(retention);
            if (report.value().records == 0) return *report;
        }
    }

    base::ManualClock clock_;
    memory::MemoryStorage storage_;
    std::unique_ptr<local::LocalLog> log_;
};

// Goal: what is old goes, but never the last record, after which offsets go on, nor what a group
// has yet to read.
TEST_F(RetentionTest, ByAge) {
    append("in", 4, 100);
    commit("g", "in", 1);
    const Retention retention{.age = 150min, .bytes_max = 0, .behind_groups = {{"g", {"in"}}}};
    EXPECT_EQ(log_->trim(retention)->records, 1U);  // Two are old, one of them unread.
    commit("g", "in", 4);
    clock_.advance(100h);
    EXPECT_EQ(log_->trim(retention)->records, 2U);
    EXPECT_EQ(count("in"), 1);
    log_ = local::LocalLog::open(storage_, clock_).value();
    append("in", 1, 100);
    EXPECT_EQ(log_->admin().ranges("in")->front().end, Offset(5));
}

// Goal: a topic with a retention of its own keeps its records so long, others as long as the log's.
TEST_F(RetentionTest, ByTheTopicsOwnAge) {
    create("long", kLong);
    append("in", 2, 100);
    append("long", 2, 100);
    clock_.advance(10h);
    EXPECT_EQ(trim({.age = 1h}).bytes, 300U);
    EXPECT_EQ(count("in"), 1);
    EXPECT_EQ(count("long"), 2);
}

// Goal: what is set beside a log at work holds from the next trim on, before the rule that the
// program has for the topic; and until it is taken back.
TEST_F(RetentionTest, ByWhatIsSetBesideIt) {
    append("in", 4, 100);
    append("out", 4, 100);
    const Retention retention{
        .age = kLong, .topics = {{.topic = "out", .age = kLong, .by_size = false}}
    };
    static_cast<void>(trim(retention));
    EXPECT_EQ(count("in"), 4);
    storage_.set_retention("in", std::nullopt);
    storage_.set_retention("out", 150min);  // The last two are one and two hours old.
    static_cast<void>(trim(retention));
    EXPECT_EQ(count("in"), 4);
    EXPECT_EQ(count("out"), 2);
    EXPECT_EQ(log_->admin().describe("out")->spec.retention, 150min);
    storage_.set_retention("out", std::nullopt);
    clock_.advance(10h);
    static_cast<void>(trim(retention));
    EXPECT_EQ(count("out"), 2);
}

// Goal: beyond the bound the oldest records of what takes most go, until it is kept; a small topic
// loses nothing for a large one.
TEST_F(RetentionTest, BySizeTakesFromTheLargest) {
    append("in", 100, 1'000);
    append("out", 10, 100);
    EXPECT_EQ(log_->bytes(), 101'000U);
    EXPECT_EQ(trim({.age = kLong, .bytes_max = 101'000}).bytes, 101'000U);
    const auto report = trim({.age = kLong, .bytes_max = 50'000});
    EXPECT_LE(report.bytes, 50'000U);
    EXPECT_GT(report.bytes, 35'000U);  // No more than a step beyond the bound.
    EXPECT_EQ(report.bytes, log_->bytes());
    EXPECT_FALSE(report.held_back.has_value());
    EXPECT_EQ(count("out"), 10);
}

// Goal: what a group has not read stays beyond any bound, and the report names the group and by how
// much; a group without a position has read nothing.
TEST_F(RetentionTest, KeepsWhatAGroupHasNotRead) {
    append("in", 100, 1'000);
    append("out", 10, 1'000);
    const Retention retention{
        .age = 1h, .bytes_max = 5'000, .behind_groups = {{"scorer", {"in"}}, {"archiver", {"out"}}}
    };
    const auto untouched = trim(retention);
    EXPECT_EQ(untouched.bytes, 110'000U);
    EXPECT_EQ(untouched.held_back, (LaggingGroup{"scorer", {"in", PartitionId(0)}, 100}));
    commit("scorer", "in", 100);
    const auto report = trim(retention);
    EXPECT_EQ(count("in"), 1);
    EXPECT_EQ(count("out"), 10);
    EXPECT_EQ(report.held_back, (LaggingGroup{"archiver", {"out", PartitionId(0)}, 10}));
    commit("archiver", "out", 10);
    EXPECT_FALSE(trim(retention).held_back.has_value());
    EXPECT_EQ(count("out"), 1);
}

// Goal: a topic that is not to be trimmed by size stays whole, and others give instead; a group
// that is off holds what it has a position for, and nothing without one.
TEST_F(RetentionTest, GoesByTheRulesOfTopicsAndGroups) {
    append("in", 20, 1'000);
    append("out", 20, 1'000);
    Retention retention{
        .age = kLong,
        .bytes_max = 1,
        .behind_groups = {{"off", {"out"}, false}},
        .topics = {{.topic = "in", .age = kLong, .by_size = false}}
    };
    static_cast<void>(trim(retention));
    EXPECT_EQ(count("in"), 20);
    EXPECT_EQ(count("out"), 1);
    append("out", 20, 1'000);
    commit("off", "out", 25);
    static_cast<void>(trim(retention));
    EXPECT_EQ(count("out"), 15);
}

// Goal: the size of the remaining records is known again after a restart.
TEST_F(RetentionTest, SizeSurvivesARestart) {
    append("in", 10, 1'000);
    ASSERT_TRUE(log_->trim({.age = 5h}));
    const std::size_t bytes = log_->bytes();
    log_ = local::LocalLog::open(storage_, clock_).value();
    EXPECT_EQ(log_->bytes(), bytes);
}

}  // namespace
}  // namespace flightcast::eventlog
