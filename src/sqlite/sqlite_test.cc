// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/temporary_folder.h"
#include "sqlite/database.h"
#include "sqlite/wal_keeper.h"

namespace flightcast::sqlite {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using base::Result;
using testing::HasSubstr;

class SqliteTest : public testing::Test {
  protected:
    void SetUp() override {
        auto opened = Database::open(file_, {.busy_timeout_ms = 0});
        database_.emplace(*std::move(opened));
        ASSERT_TRUE(database_->run("PRAGMA wal_autocheckpoint=0; CREATE TABLE t(x BLOB)"));
        ASSERT_TRUE(database_->guard_files());
    }

    Result<void> write(std::size_t bytes = 10) {
        FC_TRY(Transaction transaction, Transaction::begin(*database_));
        FC_TRY_VOID(
            database_->run("INSERT INTO t VALUES(zeroblob(" + std::to_string(bytes) + "))")
        );
        return transaction.commit_for_good();
    }

    // How many rows the next process will find.
    [[nodiscard]] std::int64_t rows() const {
        auto other = Database::open(file_, {.read_only = true});
        auto count = other->prepare("SELECT count(*) FROM t");
        return count->step().value() ? count->integer(0) : -1;
    }

    [[nodiscard]] fs::path beside(const char* suffix) const { return file_.string() + suffix; }

    const base::TemporaryFolder folder_;
    const fs::path file_ = folder_.path() / "data" / "d.db";
    const bool made_ = fs::create_directory(folder_.path() / "data");
    std::optional<Database> database_;
};

// Goal: nothing is committed for good into files that are no longer those that the next process
// opens, whichever is gone and however; the error names it.
TEST_F(SqliteTest, CommitsOnlyIntoFilesThatAreThere) {
    struct Case {
        const char* what;
        std::function<void()> harm;
        std::string named;
    };
    const fs::path folder = file_.parent_path();
    const fs::path away = folder_.path() / "away";
    const std::vector<Case> cases = {
        {"folder moved", [&] { fs::rename(folder, away); }, "d.db was deleted or moved"},
        {"folder moved, another made",
         [&] {
             fs::rename(folder, away);
             fs::create_directory(folder);
         },
         "d.db was deleted or moved"},
        {"database moved", [&] { fs::rename(file_, away); }, "d.db was deleted or moved"},
        {"database replaced",
         [&] {
             fs::copy_file(file_, away);
             fs::rename(away, file_);
         },
         "d.db was replaced"},
        {"log deleted", [&] { fs::remove(beside("-wal")); }, "d.db-wal was deleted or moved"},
        {"index deleted", [&] { fs::remove(beside("-shm")); }, "d.db-shm was deleted or moved"},
    };
    for (const Case& c : cases) {
        database_.reset();
        fs::remove_all(folder_.path() / "away");
        fs::remove_all(folder);
        fs::create_directory(folder);
        SetUp();
        ASSERT_TRUE(write()) << c.what;
        c.harm();
        const auto written = write();
        ASSERT_FALSE(written) << c.what;
        EXPECT_EQ(written.error().code, Errc::io);
        EXPECT_THAT(written.error().detail, HasSubstr(c.named)) << c.what;
        EXPECT_FALSE(database_->try_to_write()) << c.what;
    }
}

// Goal: a folder that is put back is worked on again, and nothing of the meantime is in it.
TEST_F(SqliteTest, GoesOnWhenTheFolderIsBack) {
    ASSERT_TRUE(write());
    const fs::path away = folder_.path() / "away";
    fs::rename(file_.parent_path(), away);
    EXPECT_FALSE(write());
    fs::rename(away, file_.parent_path());
    EXPECT_TRUE(database_->try_to_write());
    EXPECT_TRUE(write());
    EXPECT_EQ(rows(), 2);
}

// Goal: a write-ahead log that is cut loses what it held; a commit behind the hole is not
// confirmed.
TEST_F(SqliteTest, NoticesThatTheLogWasCut) {
    for (const std::uintmax_t left : {std::uintmax_t{0}, std::uintmax_t{4'200}}) {
        database_.reset();
        fs::remove_all(file_.parent_path());
        fs::create_directory(file_.parent_path());
        SetUp();
        ASSERT_TRUE(write(20'000));
        fs::resize_file(beside("-wal"), left);
        const auto written = write();
        ASSERT_FALSE(written) << left;
        EXPECT_THAT(written.error().detail, HasSubstr("d.db-wal was cut")) << left;
    }
}

// Goal: a database file that is cut is noticed; VACUUM, which makes it shorter too, is allowed.
TEST_F(SqliteTest, NoticesThatTheDatabaseWasCut) {
    ASSERT_TRUE(write(100'000));
    ASSERT_TRUE(database_->run("PRAGMA wal_checkpoint(TRUNCATE)"));
    ASSERT_TRUE(database_->check_files());
    ASSERT_TRUE(database_->run("DELETE FROM t; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)"));
    EXPECT_TRUE(database_->check_files());
    EXPECT_TRUE(write());
    fs::resize_file(file_, 4'096);
    const auto written = write();
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Errc::corrupt);
    EXPECT_THAT(written.error().detail, HasSubstr("d.db was cut"));
}

// Goal: no room, a lock and a file that may not be written are told apart, and name the file.
TEST_F(SqliteTest, TellsKindsOfFailureApart) {
    auto other = Database::open(file_);
    ASSERT_TRUE(other->run("BEGIN IMMEDIATE"));
    EXPECT_EQ(write().error().code, Errc::unavailable);
    EXPECT_EQ(database_->try_to_write().error().code, Errc::unavailable);
    ASSERT_TRUE(other->run("ROLLBACK"));
    EXPECT_TRUE(database_->try_to_write());

    auto reader = Database::open(file_, {.read_only = true});
    const auto refused = reader->run("INSERT INTO t VALUES(1)");
    EXPECT_EQ(refused.error().code, Errc::io);
    EXPECT_THAT(refused.error().detail, HasSubstr("make the file and its folder writable"));
    EXPECT_THAT(refused.error().detail, HasSubstr(file_.string()));

    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{.rlim_cur = 65'536, .rlim_max = before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto full = write(100'000);
    ::setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(full.error().code, Errc::full) << full.error().detail;
    EXPECT_TRUE(write(100'000));
    EXPECT_EQ(rows(), 1);
}

class WalKeeperTest : public SqliteTest {
  protected:
    void SetUp() override {
        SqliteTest::SetUp();
        auto keeper = WalKeeper::open(
            file_,
            {.warning = [this](const std::string& text) { warnings_.push_back(text); },
             .info = [this](const std::string& text) { infos_.push_back(text); }}
        );
        keeper_.emplace(*std::move(keeper));
    }

    [[nodiscard]] std::uintmax_t wal_bytes() const { return fs::file_size(beside("-wal")); }

    std::vector<std::string> warnings_;
    std::vector<std::string> infos_;
    std::optional<WalKeeper> keeper_;
};

// Goal: the log keeps its bound while records are written, and what a reader of another program
// made it grow to is given back after that has gone: with writes and without.
TEST_F(WalKeeperTest, KeepsTheLogShort) {
    const auto kept = static_cast<std::uintmax_t>(base::limits::kWalBytesKept);
    for (int i = 0; i < 8; ++i) {
        ASSERT_TRUE(write(4'000'000));
        keeper_->round();
    }
    EXPECT_LE(wal_bytes(), kept + 8'000'000);
    for (const bool writes_on : {true, false}) {
        {
            auto reader = Database::open(file_, {.read_only = true});
            ASSERT_TRUE(reader->run("BEGIN; SELECT count(*) FROM t"));
            for (int i = 0; i < 9; ++i) {
                ASSERT_TRUE(write(4'000'000));
                keeper_->round();
            }
            EXPECT_GT(wal_bytes(), 2 * kept);
        }
        for (int i = 0; i < 3; ++i) {
            if (writes_on) {
                ASSERT_TRUE(write());
            }
            keeper_->round();
        }
        EXPECT_LE(wal_bytes(), kept) << writes_on;
    }
    EXPECT_TRUE(warnings_.empty());
}

// Goal: a log beyond its bound is said once, and once when it is short again.
TEST_F(WalKeeperTest, SaysThatTheLogIsTooLong) {
    const auto bytes = static_cast<std::uintmax_t>(base::limits::kWalBytesMax);
    fs::resize_file(beside("-wal"), bytes + 1);  // A hole: only the size counts.
    keeper_->round();
    keeper_->round();
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_THAT(warnings_[0], HasSubstr("256 MiB"));
    EXPECT_THAT(warnings_[0], HasSubstr("another program"));
    ASSERT_TRUE(database_->run("PRAGMA wal_checkpoint(TRUNCATE)"));
    keeper_->round();
    EXPECT_EQ(infos_.size(), 1U);
}

// Goal: nothing is copied into a database file that is not the one that was opened; that is said
// once.
TEST_F(WalKeeperTest, LeavesForeignFilesAlone) {
    ASSERT_TRUE(write(100'000));
    const fs::path copy = folder_.path() / "copy";
    fs::copy_file(file_, copy);
    fs::rename(copy, file_);
    const auto bytes = fs::file_size(file_);
    keeper_->round();
    keeper_->round();
    EXPECT_EQ(fs::file_size(file_), bytes);
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_THAT(warnings_[0], HasSubstr("d.db was replaced"));
}

}  // namespace
}  // namespace flightcast::sqlite
