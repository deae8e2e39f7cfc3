// SPDX-License-Identifier: Apache-2.0
#include "replay/position_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "base/temporary_folder.h"

namespace flightcast::replay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const base::Uuid kRun{.bytes = {1, 2, 3}};
const base::Uuid kOther{.bytes = {9}};

const Answer kFirst{
    .flight = 7, .model = "flightcast@1", .predicted = 3, .probabilities = {0.1, 0.2, 1e-07, 0.7}
};
const Answer kSecond{
    .flight = 4'000'000'000, .model = "b c@2", .predicted = 0, .probabilities = {1, 0, 0, 0}
};

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Lines of steps that have their end.
std::size_t steps_in(std::string_view text) {
    std::size_t steps = 0;
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        steps += text.starts_with("step ") ? 1 : 0;
        text.remove_prefix(end + 1);
    }
    return steps;
}

// Goal: whatever was added is there again after the next start, bit for bit, with the id of the
// first run.
TEST(PositionFile, GoesOnWhereItWas) {
    const base::TemporaryFolder folder;
    const auto path = folder.path() / "position";
    {
        auto file = PositionFile::open(path, "print", kRun).value();
        EXPECT_EQ(file.steps_done(), 0U);
        ASSERT_TRUE(file.add(std::array{kFirst, kSecond}));
        ASSERT_TRUE(file.add({}));
    }
    {
        auto file = PositionFile::open(path, "print", kOther).value();
        EXPECT_EQ(file.run(), kRun.to_string());
        ASSERT_EQ(file.steps_done(), 2U);
        EXPECT_THAT(file.answers(0), ElementsAre(kFirst, kSecond));
        EXPECT_THAT(file.answers(1), IsEmpty());
        ASSERT_TRUE(file.add(std::array{kSecond}));
    }
    auto file = PositionFile::open(path, "print", kOther).value();
    ASSERT_EQ(file.steps_done(), 3U);
    EXPECT_THAT(file.answers(2), ElementsAre(kSecond));
    file.remove();
    EXPECT_FALSE(std::filesystem::exists(path));
}

// Goal: a process that ends in the middle of a line, at any byte, loses that step alone.
TEST(PositionFile, SurvivesACutAtEveryByte) {
    const base::TemporaryFolder folder;
    const auto path = folder.path() / "position";
    {
        auto file = PositionFile::open(path, "print", kRun).value();
        ASSERT_TRUE(file.add(std::array{kFirst}));
        ASSERT_TRUE(file.add(std::array{kSecond}));
    }
    const std::string whole = text_of(path);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
        auto file = PositionFile::open(path, "print", kRun);
        ASSERT_TRUE(file) << size << ": " << file.error().detail;
        const std::size_t done = file->steps_done();
        EXPECT_EQ(done, steps_in(whole.substr(0, size))) << size;
        ASSERT_TRUE(file->add(std::array{kSecond}));
        EXPECT_EQ(PositionFile::open(path, "print", kRun)->steps_done(), done + 1) << size;
    }
}

// Goal: the position of another replay, another file and a damaged one are refused with the way
// out.
TEST(PositionFile, RefusesForeignFiles) {
    const base::TemporaryFolder folder;
    const auto path = folder.path() / "position";
    ASSERT_TRUE(PositionFile::open(path, "print", kRun));
    const auto other = PositionFile::open(path, "another", kRun);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, base::Errc::invalid_argument);
    EXPECT_THAT(other.error().detail, HasSubstr("--position"));

    for (const char* text :
         {"hello\n",
          "flightcast-replay 1 print run\nstep 1\n",
          "flightcast-replay 1 print run\nstep 0 1 0 2 0.1 0.2 0.3 0.4\n",
          "flightcast-replay 1 print run\nmodel a\nstep 0 1 0 2 0.1 0.2 0.3\n",
          "flightcast-replay 1 print run\nmodel a\nstep 0 1 0 x 0.1 0.2 0.3 0.4\n"}) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
        const auto file = PositionFile::open(path, "print", kRun);
        ASSERT_FALSE(file) << text;
        EXPECT_EQ(file.error().code, base::Errc::corrupt) << text;
    }
}

}  // namespace
}  // namespace flightcast::replay
