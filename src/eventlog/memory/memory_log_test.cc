// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "eventlog/conformance_testing.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"

namespace flightcast::eventlog {
namespace {

using base::Errc;
using base::Result;

class MemoryFixture final : public LogFixture {
  public:
    MemoryFixture() { reopen(); }
    EventLog& log() override { return *log_; }
    void settle() {
        while (log_->step()) {
        }
    }
    bool wait_for(const std::function<bool()>& condition) override {
        for (int tries = 0; tries < 1'000; ++tries) {
            settle();
            if (condition()) return true;
        }
        return false;
    }
    bool is_at_end(const Reader& /*reader*/) override { return true; }
    void reopen() override { log_ = local::LocalLog::open(storage, clock).value(); }

    base::ManualClock clock;
    memory::MemoryStorage storage;
    local::LocalLog& local() { return *log_; }

  private:
    std::unique_ptr<local::LocalLog> log_;
};

std::unique_ptr<LogFixture> make_memory_fixture() {
    return std::make_unique<MemoryFixture>();
}

NewRecord record(std::string topic, std::string value) {
    return {.topic = std::move(topic), .key = "k", .value = std::move(value), .headers = {}};
}

std::size_t count(EventLog& log, const std::string& topic) {
    const auto reader = log.open_reader({.topics = {topic}});
    std::size_t total = 0;
    while (true) {
        const auto records = (*reader)->poll(100);
        if (!records || records->empty()) return total;
        total += records->size();
    }
}

struct LocalLogTest : testing::Test {
    MemoryFixture fixture;
    void SetUp() override {
        ASSERT_TRUE(fixture.log().admin().create_topic({.name = "in", .retention = {}}));
        ASSERT_TRUE(fixture.log().admin().create_topic({.name = "out", .retention = {}}));
    }
    void append(const std::string& value) {
        const auto writer = fixture.log().open_writer();
        ASSERT_TRUE((*writer)->append({record("in", value)}, {}));
        fixture.settle();
    }
};

// Goal: when one publish fails, those queued behind it fail too, so no record is skipped; after a
// rewind the work is repeated and done.
TEST_F(LocalLogTest, AFailedPublishStopsThoseBehindIt) {
    append("0");
    append("1");
    const auto member =
        fixture.log().join_group({.group = "g", .topics = {"in"}, .instance_id = "a"});
    const auto first = (*member)->poll(1);
    std::vector<Errc> errors;
    const auto note = [&errors](Result<void> done) {
        if (!done) errors.push_back(done.error().code);
    };
    ASSERT_TRUE((*member)->publish({record("out", "0")}, positions_after(*first), note));
    fixture.storage.fail_commits(1);
    fixture.settle();
    EXPECT_EQ(errors, (std::vector{Errc::io}));
    const auto second = (*member)->poll(1);
    ASSERT_TRUE((*member)->publish({record("out", "1")}, positions_after(*second), note));
    fixture.settle();
    EXPECT_EQ(errors, (std::vector{Errc::io, Errc::closed}));
    EXPECT_EQ(count(fixture.log(), "out"), 0U);
    ASSERT_TRUE((*member)->rewind());
    const auto again = (*member)->poll(10);
    EXPECT_EQ(again->size(), 2U);
    ASSERT_TRUE((*member)->publish({record("out", "01")}, positions_after(*again), note));
    fixture.settle();
    EXPECT_EQ(errors.size(), 2U);
    EXPECT_EQ(count(fixture.log(), "out"), 1U);
}

// Goal: a full queue refuses, a closed log refuses, and both leave earlier work alone.
TEST_F(LocalLogTest, RefusesWhenFullOrClosed) {
    const auto log =
        local::LocalLog::open(fixture.storage, fixture.clock, {.queue_records_max = 2});
    const auto writer = (*log)->open_writer();
    int done = 0;
    const auto note = [&done](Result<void> result) { done += result ? 1 : 0; };
    ASSERT_TRUE((*writer)->append({record("in", "0"), record("in", "1")}, note));
    EXPECT_EQ((*writer)->append({record("in", "2")}, note).error().code, Errc::full);
    (*log)->close();
    EXPECT_EQ((*writer)->append({record("in", "3")}, note).error().code, Errc::closed);
    EXPECT_TRUE((*log)->step());
    EXPECT_FALSE((*log)->step());
    EXPECT_EQ(done, 1);
    EXPECT_EQ(count(**log, "in"), 2U);
}

// Goal: what is queued counts as in flight until it is committed, and a commit that failed is the
// log's trouble until one succeeds.
TEST_F(LocalLogTest, TellsItsCondition) {
    const auto writer = fixture.log().open_writer();
    ASSERT_TRUE((*writer)->append({record("in", "0"), record("in", "1")}, {}));
    EXPECT_EQ(fixture.log().condition().records_in_flight, 2U);
    fixture.storage.fail_commits(1);
    fixture.settle();
    EXPECT_EQ(fixture.log().condition().records_in_flight, 0U);
    ASSERT_TRUE(fixture.log().condition().trouble);
    EXPECT_EQ(fixture.log().condition().trouble->code, Errc::io);
    EXPECT_FALSE(fixture.log().condition().fatal);
    fixture.settle();  // Nothing to commit tells nothing.
    EXPECT_TRUE(fixture.log().condition().trouble);
    append("2");
    EXPECT_FALSE(fixture.log().condition().trouble);
}

// Goal: the callback learns that commits fail, before the waiting appends do, why, when
// the reason changes, and that they work again: by another commit, or by a look when nothing comes.
TEST_F(LocalLogTest, TellsThatCommitsFail) {
    using Trouble = std::optional<base::Error>;
    std::vector<std::optional<Errc>> told;
    fixture.local().on_trouble([&told](const Trouble& trouble) {
        told.push_back(trouble ? std::optional(trouble->code) : std::nullopt);
    });
    append("0");
    fixture.local().look();
    EXPECT_TRUE(told.empty());

    fixture.storage.fail_commits(2, Errc::full);
    std::size_t told_before = 0;
    const auto writer = fixture.log().open_writer();
    ASSERT_TRUE((*writer)->append({record("in", "1")}, [&](const Result<void>& done) {
        EXPECT_EQ(done.error().code, Errc::full);
        told_before = told.size();
    }));
    fixture.settle();
    EXPECT_EQ(told_before, 1U);
    fixture.local().look();  // Still full: not said again.
    append("1");             // It fits, by chance.
    EXPECT_EQ(told, (std::vector<std::optional<Errc>>{Errc::full}));
    fixture.local().look();
    EXPECT_EQ(told, (std::vector<std::optional<Errc>>{Errc::full, std::nullopt}));

    told.clear();
    fixture.storage.set_lost(true);
    fixture.local().look();
    EXPECT_EQ(told, (std::vector<std::optional<Errc>>{Errc::io}));
    fixture.storage.set_lost(false);
    append("2");
    EXPECT_EQ(told, (std::vector<std::optional<Errc>>{Errc::io, std::nullopt}));
    EXPECT_EQ(count(fixture.log(), "in"), 3U);
}

// Goal: each commit is told of once, with its kind.
TEST(LocalLog, TellsHowLongCommitsTake) {
    const base::ManualClock clock;
    memory::MemoryStorage storage;
    std::vector<bool> durable;
    const auto log = local::LocalLog::open(
                         storage,
                         clock,
                         {.on_commit = [&durable](bool is_durable, std::chrono::nanoseconds took) {
                             EXPECT_EQ(took.count(), 0);
                             durable.push_back(is_durable);
                         }}
    ).value();
    ASSERT_TRUE(log->admin().create_topic({.name = "t"}));
    const auto writer = log->open_writer().value();
    ASSERT_TRUE(writer->append({{.topic = "t", .value = "v"}}, [](auto&&) {}));
    log->step();
    log->step();  // Nothing waits: no commit.
    EXPECT_EQ(durable, std::vector<bool>{true});
}

// Goal: a log may own its storage, and ends with it.
TEST(LocalLog, OwnsItsStorage) {
    const base::ManualClock clock;
    const auto log = local::LocalLog::open(std::make_unique<memory::MemoryStorage>(), clock);
    ASSERT_TRUE(log);
    ASSERT_TRUE((*log)->admin().create_topic({.name = "in", .retention = {}}));
    ASSERT_TRUE((*(*log)->open_writer())->append({record("in", "0")}, {}));
    EXPECT_TRUE((*log)->step());
    EXPECT_EQ(count(**log, "in"), 1U);
}

// Goal: a reader that fell behind the newest records in memory reads the rest from the storage.
TEST_F(LocalLogTest, ReadsBehindTheTail) {
    constexpr std::size_t kCount = base::limits::kTailRecordsMax * 2;
    const auto writer = fixture.log().open_writer();
    for (std::size_t i = 0; i < kCount; ++i) {
        ASSERT_TRUE((*writer)->append({record("in", std::to_string(i))}, {}));
    }
    fixture.settle();
    const auto reader = fixture.log().open_reader({.topics = {"in"}});
    std::size_t next = 0;
    while (true) {
        const auto records = (*reader)->poll(100);
        ASSERT_TRUE(records);
        if (records->empty()) break;
        for (const Record& read : *records) ASSERT_EQ(read.value, std::to_string(next++));
    }
    EXPECT_EQ(next, kCount);
}

// Goal: a member that lost a partition cannot publish for it, also before a poll has told it so.
TEST_F(LocalLogTest, FencesAMemberThatDoesNotKnowYet) {
    append("0");
    const auto join = [this](const std::string& instance) {
        return fixture.log().join_group({.group = "g", .topics = {"in"}, .instance_id = instance});
    };
    const auto old = join("a");
    const auto polled = (*old)->poll(1);
    const auto fresh = join("a");
    std::vector<Errc> errors;
    const auto note = [&errors](const Result<void>& done) {
        if (!done) errors.push_back(done.error().code);
    };
    ASSERT_TRUE((*old)->publish({record("out", "late")}, positions_after(*polled), note));
    fixture.settle();
    EXPECT_EQ(errors, std::vector{Errc::fenced});
    EXPECT_EQ(count(fixture.log(), "out"), 0U);
}

// Goal: a power cut takes only unflushed records; positions never outrun records.
TEST_F(LocalLogTest, APowerCutTakesOnlyWhatCanBeRepeated) {
    append("0");
    {
        const auto member =
            fixture.log().join_group({.group = "g", .topics = {"in"}, .instance_id = "a"});
        const auto polled = (*member)->poll(1);
        ASSERT_TRUE((*member)->publish({record("out", "0")}, positions_after(*polled), {}));
        fixture.settle();
    }
    fixture.storage.lose_power();
    fixture.reopen();
    EXPECT_EQ(count(fixture.log(), "in"), 1U);
    EXPECT_EQ(count(fixture.log(), "out"), 0U);
    EXPECT_TRUE(fixture.log().admin().committed("g", {"in"})->empty());
}

// Goal: what a quick writer appended is there at once and goes with a power cut, but for what came
// before anything durable.
TEST_F(LocalLogTest, QuickAppendsLastFromTheNextDurableOneOn) {
    const auto quick = fixture.log().embedded()->open_quick_writer().value();
    const auto append_quickly = [&](const std::string& value) {
        bool is_done = false;
        ASSERT_TRUE(quick->append({record("in", value)}, [&](const Result<void>& result) {
            is_done = result.has_value();
        }));
        fixture.settle();
        EXPECT_TRUE(is_done);
    };
    append_quickly("0");
    append("1");
    append_quickly("2");
    EXPECT_EQ(count(fixture.log(), "in"), 3U);
    fixture.storage.lose_power();
    fixture.reopen();
    EXPECT_EQ(count(fixture.log(), "in"), 2U);
}

INSTANTIATE_TEST_SUITE_P(Memory, EventLogConformance, testing::Values(make_memory_fixture));

}  // namespace
}  // namespace flightcast::eventlog
