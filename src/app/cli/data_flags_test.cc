// SPDX-License-Identifier: Apache-2.0
#include "app/cli/data_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "app/cli/output_file.h"
#include "base/temporary_folder.h"

namespace flightcast::app::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST(FilesApart, AnOutputIsNoInput) {
    // Goal: an output that is an input under any name is refused and named; new files, devices and
    // standard output are not.
    const base::TemporaryFolder folder;
    const std::array inputs = {folder.write("flights.csv", "x"), folder.write("other.csv", "y")};
    fs::create_hard_link(inputs[0], folder.path() / "hard");
    fs::create_symlink(inputs[1], folder.path() / "soft");
    const auto check = [&inputs](const fs::path& output) {
        return check_files_apart({.inputs = inputs, .outputs = std::span(&output, 1)});
    };
    for (const fs::path& output :
         {inputs[0],
          folder.path() / "." / "other.csv",
          folder.path() / "hard",
          folder.path() / "soft"}) {
        const auto refused = check(output);
        ASSERT_FALSE(refused) << output;
        EXPECT_EQ(refused.error().code, base::Errc::invalid_argument);
        EXPECT_THAT(refused.error().detail, HasSubstr(output.string() + " would be overwritten"));
    }
    for (const fs::path& output :
         {fs::path("-"),
          fs::path(),
          folder.path() / "new.csv",
          folder.path(),
          fs::path("/dev/null")}) {
        EXPECT_TRUE(check(output)) << output;
    }
}

TEST(OutputFileTest, ADraftTouchesNoOtherFile) {
    // Goal: a file that has the name of a draft stays; a file that is not kept leaves nothing
    // behind.
    const base::TemporaryFolder folder;
    const fs::path path = folder.path() / "out.csv";
    const fs::path taken = folder.write("out.csv.0.partial", "mine");
    {
        auto output = OutputFile::open(path);
        ASSERT_TRUE(output) << output.error().detail;
        EXPECT_TRUE(output->write("half"));
    }
    const auto files = [&folder] {
        return std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator());
    };
    EXPECT_EQ(files(), 1);
    auto output = OutputFile::open_if_named(path);
    ASSERT_TRUE(output && *output);
    ASSERT_TRUE((*output)->write("whole"));
    ASSERT_TRUE((*output)->keep());
    EXPECT_EQ(files(), 2);
    EXPECT_EQ(fs::file_size(path), 5U);
    EXPECT_EQ(fs::file_size(taken), 4U);
    EXPECT_FALSE(OutputFile::open(folder.path() / "no" / "out.csv"));
    EXPECT_FALSE(OutputFile::open_if_named("")->has_value());
}

}  // namespace
}  // namespace flightcast::app::cli
