// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "app/options/settings.h"
#include "base/temporary_folder.h"

namespace flightcast::app::options {
namespace {

using testing::HasSubstr;

class ConfigFile : public testing::Test {
  protected:
    // The values in a file with this text.
    [[nodiscard]] base::Result<std::vector<GivenValue>> read(const std::string& text) const {
        return read_config_file(folder_.write("f.toml", text));
    }

    const base::TemporaryFolder folder_;
    const std::string path_ = folder_.path() / "f.toml";
};

// Goal: the forms of a value, blanks, comments and line ends are those of TOML.
TEST_F(ConfigFile, ReadsValues) {
    struct Case {
        const char* line;
        const char* value;
    };
    constexpr std::array kCases = {
        Case{"port = 80", "80"},
        Case{"  port=80  # comment", "80"},
        Case{"port = 80\r", "80"},
        Case{R"(port = "")", ""},
        Case{R"(port = "a # b, c" # d)", "a # b, c"},
        Case{R"(port = "a\"b\\c\n")", "a\"b\\c\n"},
        Case{R"(port = 'C:\dir "x"')", "C:\\dir \"x\""},
    };
    for (const Case& item : kCases) {
        const auto given = read(std::string("# first\n\n") + item.line + "\n");
        ASSERT_TRUE(given) << item.line << ": " << given.error().detail;
        ASSERT_EQ(given->size(), 1U) << item.line;
        EXPECT_EQ(given->front().name, "port");
        EXPECT_EQ(given->front().text, item.value) << item.line;
        EXPECT_EQ(given->front().source, Source::file);
        EXPECT_EQ(given->front().place, path_ + ":3");
    }
    EXPECT_TRUE(read("")->empty());
    EXPECT_EQ(read("\xEF\xBB\xBFport = 80\n")->front().name, "port");  // as Notepad writes it
    EXPECT_EQ(read("port = 80")->size(), 1U);                          // no newline at the end
}

// Goal: an unknown line is refused, with its number.
TEST_F(ConfigFile, RefusesTheRest) {
    struct Case {
        const char* line;
        const char* expected;
    };
    constexpr std::array kCases = {
        Case{"port", "'option = value'"},
        Case{"= 80", "'option = value'"},
        Case{"po rt = 80", "'option = value'"},
        Case{"[serve]", "tables"},
        Case{"port =", "in quotes"},
        Case{"port = 5m", "in quotes"},
        Case{"port = true", "in quotes"},
        Case{"port = [1]", "in quotes"},
        Case{"port = \"80", "no closing \""},
        Case{"port = '80", "no closing '"},
        Case{R"(port = "\x")", "escape"},
        Case{"port = \"80\" 81", "after the value"},
        Case{"port = 80\nport = 81", "given twice"},
    };
    for (const Case& item : kCases) {
        const auto given = read(item.line);
        ASSERT_FALSE(given) << item.line;
        EXPECT_EQ(given.error().code, base::Errc::invalid_argument);
        EXPECT_THAT(given.error().detail, HasSubstr(item.expected));
        EXPECT_THAT(given.error().detail, HasSubstr(path_ + ":"));
    }
    EXPECT_FALSE(read(std::string(1'000'001, '#')));
}

// Goal: a file that is not there or is a folder is an error that names it.
TEST_F(ConfigFile, NamesAFileThatCannotBeRead) {
    const auto missing = read_config_file(path_);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, base::Errc::not_found);
    EXPECT_THAT(missing.error().detail, HasSubstr("--config: " + path_ + " is missing"));
    EXPECT_FALSE(read_config_file(folder_.path()));
}

}  // namespace
}  // namespace flightcast::app::options
