// SPDX-License-Identifier: Apache-2.0
#include "app/cli/small_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "app/cli/token.h"
#include "base/temporary_folder.h"

namespace flightcast::app::cli {
namespace {

using base::Errc;
using testing::HasSubstr;
using testing::Not;

class SmallFileTest : public testing::Test {
  protected:
    [[nodiscard]] base::Result<std::string> read(
        const std::string& bytes, SmallFile::Content content
    ) const {
        return read_small_file(
            {.path = folder_.write("f", bytes), .option = "--f", .what = "word", .content = content}
        );
    }

    const base::TemporaryFolder folder_;
};

struct SmallFileCase {
    std::string bytes;
    std::string found;  // or the text of the error
};

// Goal: marks that editors and shells put around a line are left out, and nothing else.
TEST_F(SmallFileTest, ReadsOneLine) {
    const std::vector<SmallFileCase> cases = {
        {"word", "word"},
        {"word\n", "word"},
        {"word\r\n\r\n", "word"},
        {"\xEF\xBB\xBFword\n", "word"},
        {" a b ", " a b "},
        {std::string(4'096, 'x'), std::string(4'096, 'x')},
    };
    for (const SmallFileCase& c : cases)
        EXPECT_EQ(read(c.bytes, SmallFile::Content::line), c.found);
}

// Goal: what cannot be the line that was meant is refused, by the option, the file and the reason,
// without its content.
TEST_F(SmallFileTest, RefusesWhatIsNoLine) {
    const std::vector<SmallFileCase> cases = {
        {"", "is empty"},
        {"\n", "is empty"},
        {"\xEF\xBB\xBF", "is empty"},
        {"hidden\nmore\n", "several lines"},
        {"hidden\rmore", "several lines"},
        {std::string("hid\0den", 7), "NUL"},
        {std::string("\xFF\xFEh\0i\0", 6), "UTF-16"},
        {"hidden" + std::string(4'096, 'x'), "more than 4096 bytes"},
    };
    for (const SmallFileCase& c : cases) {
        const auto line = read(c.bytes, SmallFile::Content::line);
        ASSERT_FALSE(line) << c.found;
        EXPECT_EQ(line.error().code, Errc::invalid_argument);
        EXPECT_THAT(line.error().detail, HasSubstr(c.found));
        EXPECT_THAT(line.error().detail, HasSubstr("--f: " + (folder_.path() / "f").string()));
        EXPECT_THAT(line.error().detail, Not(HasSubstr("hidden")));
    }
}

// Goal: a text may have many lines or none; bytes are left as they are.
TEST_F(SmallFileTest, ReadsTextAndBytes) {
    EXPECT_EQ(
        read(
            "\xEF\xBB\xBF"
            "a\nb\n",
            SmallFile::Content::text
        ),
        "a\nb\n"
    );
    EXPECT_EQ(read("", SmallFile::Content::text), "");
    const std::string any("\xEF\xBB\xBF\0\n", 5);
    EXPECT_EQ(read(any, SmallFile::Content::bytes), any);
}

// Goal: a file that is missing and a folder in its place are told apart, in words of the program.
TEST_F(SmallFileTest, NamesWhatIsThereInstead) {
    const auto missing =
        read_small_file({.path = folder_.path() / "none", .option = "--f", .what = "word"});
    EXPECT_EQ(missing.error().code, Errc::not_found);
    EXPECT_THAT(missing.error().detail, HasSubstr("is missing; write the word into it"));
    const auto folder = read_small_file({.path = folder_.path(), .option = "--f", .what = "word"});
    EXPECT_EQ(folder.error().code, Errc::invalid_argument);
    EXPECT_THAT(folder.error().detail, HasSubstr("is a folder"));
}

// Goal: a token comes without white space around it, and one that no header carries is refused.
TEST_F(SmallFileTest, FindsTokens) {
    EXPECT_EQ(find_token("", {}), "");
    EXPECT_EQ(find_token("abc", {}), "abc");
    EXPECT_EQ(find_token("", folder_.write("t", "  abc \n")), "abc");
    EXPECT_EQ(find_token("a\tb", {}).error().code, Errc::invalid_argument);
    EXPECT_EQ(
        find_token(
            "",
            folder_.write(
                "t",
                "a\x01"
                "b"
            )
        )
            .error()
            .code,
        Errc::invalid_argument
    );
    EXPECT_EQ(find_token("", folder_.write("t", " \n")).error().code, Errc::invalid_argument);
    EXPECT_EQ(find_token("abc", folder_.write("t", "abc")).error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace flightcast::app::cli
