// SPDX-License-Identifier: Apache-2.0
#include "app/serve/secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/temporary_folder.h"

namespace flightcast::app::serve {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using testing::HasSubstr;

class SecretTest : public testing::Test {
  protected:
    fs::path write(const std::string& text) { return folder_.write("secret", text); }

    base::TemporaryFolder folder_;
    const fs::path file_ = folder_.path() / "secret";
    base::SeededRandom random_{1};
};

TEST_F(SecretTest, RefusesWhatIsNoSecret) {
    // Goal: a file that is missing, short, blank or huge is named, with the form of a good one.
    EXPECT_EQ(read_secret(file_, "--secret-file").error().code, Errc::not_found);
    EXPECT_EQ(read_secret(folder_.path(), "").error().code, Errc::invalid_argument);
    for (const std::string& bad :
         {std::string(), std::string(31, 'x'), std::string(100, '\n'), std::string(4'097, 'x')}) {
        const auto secret = read_secret(write(bad), "");
        ASSERT_FALSE(secret.has_value()) << bad.size();
        EXPECT_EQ(secret.error().code, Errc::invalid_argument);
        EXPECT_THAT(secret.error().detail, HasSubstr(file_.string()));
        EXPECT_THAT(secret.error().detail, HasSubstr("openssl rand"));
    }
}

TEST_F(SecretTest, WhiteSpaceAtTheEndDoesNotCount) {
    // Goal: an editor's or echo's line end makes no other secret.
    EXPECT_EQ(read_secret(write(std::string(32, 'x') + "\r\n"), ""), std::string(32, 'x'));
}

TEST_F(SecretTest, IsMadeOnceAndForThisUserOnly) {
    // Goal: the next start finds the same; nobody else may read it; another folder has another.
    const auto made = read_or_make_secret(file_, random_);
    ASSERT_TRUE(made.has_value()) << made.error().detail;
    EXPECT_EQ(made->size(), 64U);
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(read_or_make_secret(file_, random_), *made);
    EXPECT_NE(read_or_make_secret(folder_.path() / "other", random_), *made);
}

}  // namespace
}  // namespace flightcast::app::serve
