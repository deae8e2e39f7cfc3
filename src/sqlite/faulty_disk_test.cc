// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <optional>

#include "base/random.h"
#include "base/temporary_folder.h"
#include "sqlite/database.h"
#include "sqlite/faulty_disk_testing.h"

namespace flightcast::sqlite {
namespace {

using base::Errc;
using base::Result;

class FaultyDiskTest : public testing::Test {
  protected:
    FaultyDiskTest() {
        open();
        EXPECT_TRUE(write("CREATE TABLE t(x)"));
    }

    void open() {
        database_.emplace(Database::open(folder_.path() / "d.db").value());
        EXPECT_TRUE(database_->run("PRAGMA wal_autocheckpoint=0"));
        EXPECT_TRUE(database_->run("CREATE TABLE IF NOT EXISTS other(x)"));
        EXPECT_TRUE(database_->guard_files());
    }

    Result<void> write(const std::string& sql, bool is_durable = true) {
        FC_TRY_VOID(
            database_->run(is_durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL")
        );
        FC_TRY(Transaction transaction, Transaction::begin(*database_));
        FC_TRY_VOID(database_->run(sql));
        return is_durable ? transaction.commit_for_good() : transaction.commit();
    }

    Result<void> add(bool is_durable = true) {
        return write("INSERT INTO t VALUES(1)", is_durable);
    }

    void cut_power(std::uint64_t seed) {
        base::SeededRandom random(seed);
        disk_.kill_process();
        database_.reset();
        disk_.cut_power(random);
        disk_.begin_process();
        open();
    }

    void check_whole() {
        auto check = database_->prepare("PRAGMA integrity_check");
        ASSERT_TRUE(check->step().value());
        EXPECT_EQ(check->text(0), "ok");
    }

    std::int64_t rows() {
        auto count = database_->prepare("SELECT count(*) FROM t");
        return count->step().value() ? count->integer(0) : -1;
    }

    const base::TemporaryFolder folder_;
    FaultyDisk disk_;
    std::optional<Database> database_;
};

// Goal: a power cut takes back what was not flushed, here and there in parts, and nothing else; the
// database is whole.
TEST_F(FaultyDiskTest, PowerCutsLoseWhatWasNotFlushed) {
    std::int64_t durable = 0;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        ASSERT_TRUE(add());
        ++durable;
        ASSERT_TRUE(add(false));
        ASSERT_TRUE(add(false));
        cut_power(seed);
        ASSERT_GE(rows(), durable) << seed;
        ASSERT_LE(rows(), durable + 2) << seed;
        durable = rows();
        check_whole();
    }
    EXPECT_LT(durable, 150);
    EXPECT_GT(disk_.counts().lost_writes, 0U);
    EXPECT_GT(disk_.counts().torn_writes, 0U);
}

// Goal: after a flush that failed, what is committed for good stays, though the system takes the
// pages before it for written.
TEST_F(FaultyDiskTest, CommitsForGoodAfterAFailedFlush) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        ASSERT_TRUE(add(false));
        disk_.fail_flushes(1);
        ASSERT_FALSE(add());
        const std::int64_t before = rows();
        ASSERT_TRUE(add());
        cut_power(seed);
        ASSERT_EQ(rows(), before + 1) << seed;
    }
    EXPECT_EQ(disk_.counts().failed_flushes, 30U);
}

// Goal: a process that ends in order after a failed flush leaves a database that is whole, whatever
// the disk refuses at its end and a power cut takes.
TEST_F(FaultyDiskTest, IsWholeAfterAFailedFlushAndAnEnd) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        ASSERT_TRUE(add(false));
        ASSERT_TRUE(write("INSERT INTO t VALUES(zeroblob(20000))", false));
        disk_.fail_flushes(1);
        ASSERT_FALSE(add());
        const std::int64_t before = rows();
        disk_.fill(seed * 1'000);
        database_.reset();
        disk_.make_room();
        cut_power(seed);
        check_whole();
        ASSERT_TRUE(add());
        ASSERT_LE(rows(), before + 1) << seed;
    }
}

// Goal: on a full disk a commit says so and changes nothing, and goes on when there is room again.
TEST_F(FaultyDiskTest, IsFull) {
    disk_.fill(0);
    Result<void> added = add();
    for (int i = 0; i < 2'000 && added; ++i) added = add();
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, Errc::full);
    const std::int64_t before = rows();
    disk_.make_room();
    ASSERT_TRUE(add());
    EXPECT_EQ(rows(), before + 1);
    disk_.fail_writes(1);
    EXPECT_FALSE(add());
    EXPECT_TRUE(add());
}

}  // namespace
}  // namespace flightcast::sqlite
