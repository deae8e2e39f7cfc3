// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <filesystem>
#include <thread>

#include "base/clock.h"
#include "base/temporary_folder.h"
#include "eventlog/conformance_testing.h"
#include "eventlog/local/local_log.h"
#include "eventlog/local/record_size.h"
#include "eventlog/sqlite/headers_blob.h"
#include "eventlog/sqlite/sqlite_storage.h"

namespace flightcast::eventlog {
namespace {

namespace fs = std::filesystem;
using base::Errc;

class SqliteFixture final : public LogFixture {
  public:
    SqliteFixture() { reopen(); }
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
    void reopen() override {
        log_.reset();
        storage_.reset();
        storage_ = sqlite::SqliteStorage::open(folder.path() / "log.db").value();
        log_ = local::LocalLog::open(*storage_, clock_).value();
    }
    local::LocalLog& local() { return *log_; }
    base::TemporaryFolder folder;

  private:
    base::ManualClock clock_;
    std::unique_ptr<sqlite::SqliteStorage> storage_;
    std::unique_ptr<local::LocalLog> log_;
};

std::unique_ptr<LogFixture> make_sqlite_fixture() {
    return std::make_unique<SqliteFixture>();
}

INSTANTIATE_TEST_SUITE_P(Sqlite, EventLogConformance, testing::Values(make_sqlite_fixture));

// Goal: a file that is no database, one made by a newer program and a missing folder each say so.
TEST(SqliteStorage, NamesWhatIsWrongWithAFile) {
    const base::TemporaryFolder folder;
    const fs::path file = folder.write("log.db", std::string(5'000, 'x'));
    const auto garbage = sqlite::SqliteStorage::open(file);
    ASSERT_FALSE(garbage);
    EXPECT_EQ(garbage.error().code, Errc::corrupt) << garbage.error().detail;
    EXPECT_NE(garbage.error().detail.find("log.db"), std::string::npos);

    const fs::path newer = folder.path() / "newer.db";
    {
        ASSERT_TRUE(sqlite::SqliteStorage::open(newer));
    }
    {
        auto database = flightcast::sqlite::Database::open(newer);
        ASSERT_TRUE(database->run("UPDATE component SET version = 99 WHERE name = 'eventlog'"));
    }
    const auto refused = sqlite::SqliteStorage::open(newer);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::unsupported);
    EXPECT_NE(refused.error().detail.find("newer"), std::string::npos);

    const auto missing = sqlite::SqliteStorage::open(folder.path() / "no" / "log.db");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Errc::io);
}

// Goal: damaged headers are reported, not trusted.
TEST(HeadersBlob, RefusesDamage) {
    const std::vector<Header> headers = {{"traceparent", "00-ab"}, {"", ""}};
    const std::string bytes = sqlite::encode_headers(headers);
    EXPECT_EQ(sqlite::decode_headers(bytes), headers);
    for (std::size_t cut : {std::size_t{1}, std::size_t{6}, bytes.size() - 1}) {
        EXPECT_FALSE(sqlite::decode_headers(bytes.substr(0, cut)));
    }
    EXPECT_FALSE(sqlite::decode_headers("\xff\xff\xff\xff"));
}

// Goal: what the records take is counted as the records count it, texts of any kind, and is the
// same after a restart: with a note, without one, and with one that an older program made void.
TEST(SqliteLog, CountsBytesAcrossRestarts) {
    SqliteFixture fixture;
    ASSERT_TRUE(fixture.log().admin().create_topic({.name = "t", .retention = {}}));
    const auto append = [&fixture](NewRecord record) {
        record.topic = "t";
        const auto writer = fixture.log().open_writer();
        ASSERT_TRUE((*writer)->append({std::move(record)}, {}));
        fixture.settle();
    };
    const auto expected = [&fixture] {
        const auto records = (*fixture.log().open_reader({.topics = {"t"}}))->poll(100);
        std::size_t bytes = 0;
        for (const Record& record : *records) bytes += local::record_size(record);
        return bytes;
    };
    append({.key = "k", .value = "v"});
    append(
        {.key = "\xC3\xA9",
         .value = std::string("a\0b", 3),
         .headers = {{"n", "\xC3\xA9"}, {"", ""}}}
    );
    append({.key = std::nullopt, .value = std::nullopt});
    EXPECT_EQ(
        expected(), 3 * local::kRecordOverheadBytes + 2 + 5 + 2 * local::kHeaderOverheadBytes + 3
    );
    EXPECT_EQ(fixture.local().bytes(), expected());
    fixture.reopen();
    EXPECT_EQ(fixture.local().bytes(), expected());
    ASSERT_TRUE(fixture.local().trim({.age = std::chrono::hours(1)}));  // Notes them.
    append({.key = "newer", .value = "than the note"});
    fixture.reopen();
    EXPECT_EQ(fixture.local().bytes(), expected());
    {
        auto database = flightcast::sqlite::Database::open(fixture.folder.path() / "log.db");
        ASSERT_TRUE(database->run("DELETE FROM log_1_0 WHERE at = 0"));
    }
    fixture.reopen();
    EXPECT_EQ(fixture.local().bytes(), expected());
    ASSERT_TRUE(fixture.local().trim({.age = std::chrono::hours(1), .bytes_max = 1}));
    EXPECT_EQ(fixture.log().admin().ranges("t")->front().first, Offset(3));  // The last one stays.
    EXPECT_EQ(fixture.local().bytes(), expected());
}

// Goal: the retention of a topic that is set in the file is known to a log that is at work on it,
// and to the next one; others keep theirs, and a topic that is not there is named.
TEST(SqliteLog, TakesARetentionThatIsSetBesideIt) {
    using namespace std::chrono_literals;
    SqliteFixture fixture;
    Admin& admin = fixture.log().admin();
    ASSERT_TRUE(admin.create_topic({.name = "t", .partitions = 2, .retention = {}}));
    ASSERT_TRUE(admin.create_topic({.name = "u", .retention = 7h}));
    const fs::path file = fixture.folder.path() / "log.db";
    ASSERT_TRUE(sqlite::SqliteStorage::set_retention(file, "t", 90min));
    ASSERT_TRUE(fixture.local().trim({.age = 1h}));
    EXPECT_EQ(admin.describe("t")->spec.retention, 90min);
    EXPECT_EQ(admin.describe("u")->spec.retention, 7h);
    fixture.reopen();
    EXPECT_EQ(fixture.log().admin().describe("t")->spec.retention, 90min);
    ASSERT_TRUE(sqlite::SqliteStorage::set_retention(file, "t", std::nullopt));
    fixture.reopen();
    EXPECT_FALSE(fixture.log().admin().describe("t")->spec.retention.has_value());
    const auto missing = sqlite::SqliteStorage::set_retention(file, "nowhere", 1h);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Errc::not_found);
    EXPECT_NE(missing.error().detail.find("nowhere"), std::string::npos);
}

// Goal: appending, stepping and reading on three threads loses and doubles nothing.
TEST(SqliteLog, WorksAcrossThreads) {
    SqliteFixture fixture;
    ASSERT_TRUE(fixture.log().admin().create_topic({.name = "t", .retention = {}}));
    constexpr int kCount = 2'000;
    std::atomic<int> completed = 0;
    std::thread appender([&] {
        const auto writer = fixture.log().open_writer();
        for (int i = 0; i < kCount; ++i) {
            std::vector<NewRecord> one(1);
            one[0] = {.topic = "t", .key = "k", .value = std::to_string(i), .headers = {}};
            ASSERT_TRUE((*writer)->append(std::move(one), [&](base::Result<void> done) {
                if (done) ++completed;
            }));
        }
    });
    std::thread stepper([&] {
        while (completed < kCount) fixture.settle();
    });
    const auto reader = fixture.log().open_reader({.topics = {"t"}});
    int next = 0;
    while (next < kCount) {
        const auto records = (*reader)->poll(64);
        ASSERT_TRUE(records);
        for (const Record& read : *records) ASSERT_EQ(read.value, std::to_string(next++));
    }
    appender.join();
    stepper.join();
}

}  // namespace
}  // namespace flightcast::eventlog
