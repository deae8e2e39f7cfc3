// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/data_folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <string>

#include "base/temporary_folder.h"

namespace flightcast::app::serve {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using testing::HasSubstr;

class DataFolderTest : public testing::Test {
  protected:
    const base::TemporaryFolder folder_;
    const fs::path path_ = folder_.path() / "data";
    const fs::path lock_ = path_ / "flightcast.lock";
};

// Goal: a folder has one server, by whatever path the second one comes, also when the lock file was
// deleted in between; after the first has gone it is free.
TEST_F(DataFolderTest, BelongsToOneServer) {
    const fs::path link = folder_.path() / "link";
    {
        const auto first = DataFolder::open(path_);
        ASSERT_TRUE(first) << first.error().detail;
        fs::create_directory_symlink(path_, link);
        for (const fs::path& path : {path_, link, path_ / ".." / "data"}) {
            const auto second = DataFolder::open(path);
            ASSERT_FALSE(second) << path;
            EXPECT_EQ(second.error().code, Errc::already_exists);
            EXPECT_THAT(second.error().detail, HasSubstr("process " + std::to_string(::getpid())));
        }
        fs::remove(lock_);
        EXPECT_EQ(DataFolder::open(path_).error().code, Errc::already_exists);
    }
    EXPECT_TRUE(DataFolder::open(path_));
}

// Goal: a program up to 0.1, which locks only the file, and this one keep each other out.
TEST_F(DataFolderTest, KeepsOlderProgramsOut) {
    const auto first = DataFolder::open(path_);
    ASSERT_TRUE(first);
    const LockedFile older(::open(lock_.c_str(), O_RDWR | O_CLOEXEC));
    EXPECT_NE(::flock(older.file(), LOCK_EX | LOCK_NB), 0);
    const auto second = folder_.path() / "second";
    fs::create_directory(second);
    const LockedFile holder(::open((second / "flightcast.lock").c_str(), O_RDWR | O_CREAT, 0644));
    ASSERT_EQ(::flock(holder.file(), LOCK_EX | LOCK_NB), 0);
    EXPECT_EQ(DataFolder::open(second).error().code, Errc::already_exists);
}

// Goal: two folders whose database is the same file are one.
TEST_F(DataFolderTest, FollowsALinkedDatabase) {
    const auto first = DataFolder::open(path_);
    ASSERT_TRUE(first);
    const fs::path other = folder_.path() / "other";
    fs::create_directory(other);
    fs::create_symlink(first->database(), other / "flightcast.db");
    EXPECT_EQ(DataFolder::open(other).error().code, Errc::already_exists);
}

// Goal: a folder that is gone, another one in its place and one that is back are told apart; a lock
// file that was deleted is made again.
TEST_F(DataFolderTest, KnowsWhetherItIsThere) {
    auto folder = DataFolder::open(path_);
    ASSERT_TRUE(folder);
    EXPECT_TRUE(folder->check());
    fs::remove(lock_);
    EXPECT_TRUE(folder->check());
    EXPECT_TRUE(fs::exists(lock_));
    const fs::path away = folder_.path() / "away";
    fs::rename(path_, away);
    EXPECT_EQ(folder->check().error().code, Errc::io);
    const auto second = DataFolder::open(path_);  // Another folder: free.
    EXPECT_TRUE(second);
    EXPECT_THAT(folder->check().error().detail, HasSubstr("deleted, moved or replaced"));
    fs::remove_all(path_);
    fs::rename(away, path_);
    EXPECT_TRUE(folder->check());
}

// Goal: an obstacle to a data folder is named with its remedy.
TEST_F(DataFolderTest, NamesWhatIsInTheWay) {
    folder_.write("data", "a file");
    const auto folder = DataFolder::open(path_);
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().code, Errc::io);
    EXPECT_THAT(folder.error().detail, HasSubstr("--data-dir"));
}

}  // namespace
}  // namespace flightcast::app::serve
