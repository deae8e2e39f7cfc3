// SPDX-License-Identifier: Apache-2.0
#include "gateway/web/web_root.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/temporary_folder.h"
#include "gateway/http/response_testing.h"

namespace flightcast::gateway::web {
namespace {

namespace fs = std::filesystem;
using base::limits::kWebFileBytesMax;

class WebRootTest : public testing::Test {
  protected:
    WebRoot open(const fs::path& folder) {
        return WebRoot(folder, {.clock = clock_, .warn = [this](const std::string& what) {
                                    warnings_.push_back(what);
                                }});
    }
    WebRoot open() { return open(folder_.path()); }

    // Of status 404 when there is no answer.
    static http::Response ask(WebRoot& root, const std::string& path, http::Request request = {}) {
        if (request.method.empty()) request.method = "GET";
        request.path = path;
        return root.answer(request).value_or(http::Response{.status = 404});
    }

    // The files were changed just now; let it be long ago.
    void settle() { clock_.advance(std::chrono::minutes(1)); }

    base::TemporaryFolder folder_;
    base::ManualClock clock_{base::SystemClock().wall_now()};
    std::vector<std::string> warnings_;
};

TEST_F(WebRootTest, NothingOutsideOfTheFolderIsServed) {
    // Goal: dots, escapes, links, folders, dot files and special files lead nowhere outside.
    folder_.write("root/index.html", "mine");
    folder_.write("root/sub/page.html", "page");
    folder_.write("root/.secret", "secret");
    folder_.write("root/.html", "secret");
    folder_.write("root/sub/.git/config", "secret");
    folder_.write("outside.html", "secret");
    folder_.write("root-beside/x.html", "secret");
    const fs::path folder = folder_.path() / "root";
    fs::create_symlink(folder_.path() / "outside.html", folder / "link.html");
    fs::create_directory_symlink(folder_.path(), folder / "up");
    fs::create_symlink(folder / "sub/page.html", folder / "inside.html");
    fs::create_symlink("/dev/zero", folder / "zero");
    WebRoot root = open(folder);
    EXPECT_EQ(ask(root, "/inside.html").body.view(), "page");
    EXPECT_EQ(ask(root, "/up/root/index.html").body.view(), "mine");  // Leads back inside.
    for (const std::string path :
         {"/../outside.html",
          "/sub/../../outside.html",
          "/%2e%2e/outside.html",
          "/..%2foutside.html",
          "/%2E%2E%2Foutside.html",
          "/sub/%2e%2e/%2e%2e/outside.html",
          "//outside.html",
          "/link.html",
          "/link",
          "/up/outside.html",
          "/.secret",
          "/sub/.git/config",
          "/sub",
          "/zero",
          "/../root-beside/x.html",
          "/outside.html%00",
          "/%00",
          "/inside.html/",
          "/static/../../outside.html"}) {
        EXPECT_EQ(ask(root, path).status, 404U) << path;
        EXPECT_EQ(ask(root, path).status, 404U) << path << ", once it is known";
    }
}

TEST_F(WebRootTest, TheFolderMayBeALinkThatMoves) {
    // Goal: a link that leads to a newer release serves that, at once; a folder that is gone is
    // warned of, and one that is back serves again.
    folder_.write("1/index.html", "first");
    folder_.write("2/index.html", "second");
    const fs::path link = folder_.path() / "current";
    fs::create_directory_symlink(folder_.path() / "1", link);
    WebRoot root = open(link);
    settle();
    EXPECT_EQ(ask(root, "/").body.view(), "first");
    fs::remove(link);
    EXPECT_EQ(ask(root, "/").status, 404U);
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_NE(warnings_[0].find("there is no folder " + link.string()), std::string::npos);
    fs::create_directory_symlink(folder_.path() / "2", link);
    EXPECT_EQ(ask(root, "/").body.view(), "second");
    EXPECT_EQ(ask(root, "/none").status, 404U);
    EXPECT_EQ(warnings_.size(), 1U);
}

TEST_F(WebRootTest, AHugeFileIsNotRead) {
    // Goal: the bound holds before memory is taken for the file, and the log says so once.
    folder_.write("big.bin", "");
    fs::resize_file(folder_.path() / "big.bin", kWebFileBytesMax + 1);
    WebRoot root = open();
    EXPECT_EQ(ask(root, "/big.bin").status, 404U);
    EXPECT_EQ(ask(root, "/big.bin").status, 404U);
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_NE(warnings_[0].find("big.bin has more than 8388608 bytes"), std::string::npos);
    fs::resize_file(folder_.path() / "big.bin", kWebFileBytesMax);
    EXPECT_EQ(ask(root, "/big.bin").body.view().size(), kWebFileBytesMax);
}

TEST_F(WebRootTest, AllWhoAreSentAFileShareIt) {
    // Goal: it is read once, for HEAD, for clients that have it, and for forty slow readers.
    folder_.write("a.bin", std::string(100'000, 'a'));
    settle();
    WebRoot root = open();
    const http::Response first = ask(root, "/a.bin");
    ASSERT_NE(first.body.shared(), nullptr);
    EXPECT_EQ(ask(root, "/a.bin", {.method = "HEAD"}).body.shared(), first.body.shared());
    EXPECT_EQ(ask(root, "//a.bin").body.shared(), first.body.shared());
    http::Request again;
    again.headers.add("If-None-Match", http::header_of(first, "ETag"));
    const http::Response same = ask(root, "/a.bin", again);
    EXPECT_EQ(same.status, 304U);
    EXPECT_EQ(same.body.shared(), nullptr);
}

TEST_F(WebRootTest, ChangesShowAtOnce) {
    // Goal: a file that is written again, replaced, removed or hidden by another one; also when the
    // change has the time and the size of the one before.
    WebRoot root = open();
    for (const std::string text : {"one", "two", "three", "eight"}) {
        folder_.write("a.html", text);
        EXPECT_EQ(ask(root, "/a").body.view(), text);
    }
    settle();
    EXPECT_EQ(ask(root, "/a").body.view(), "eight");
    const auto modified = fs::last_write_time(folder_.path() / "a.html");
    folder_.write("b.html", "seven");
    fs::last_write_time(folder_.path() / "b.html", modified);
    fs::rename(folder_.path() / "b.html", folder_.path() / "a.html");
    EXPECT_EQ(ask(root, "/a").body.view(), "seven");
    folder_.write("a", "six");
    EXPECT_EQ(ask(root, "/a").body.view(), "six");
    fs::remove(folder_.path() / "a");
    fs::remove(folder_.path() / "a.html");
    EXPECT_EQ(ask(root, "/a").status, 404U);
}

TEST_F(WebRootTest, FilesAreOnlyRead) {
    // Goal: other methods are refused as those of built-in pages are, and nothing is said of
    // missing files.
    folder_.write("a.html", "page");
    folder_.write("sub/index.html", "sub");
    WebRoot root = open();
    for (const std::string path : {"/a.html", "/a", "/sub", "/sub/"}) {
        for (const std::string method : {"POST", "PUT", "DELETE", "FOO", "get"}) {
            const http::Response refused = ask(root, path, {.method = method});
            EXPECT_EQ(refused.status, 405U) << method << ' ' << path;
            EXPECT_EQ(http::header_of(refused, "Allow"), "GET, HEAD, OPTIONS");
            EXPECT_TRUE(refused.body.view().starts_with("the method " + method));
        }
        const http::Response options = ask(root, path, {.method = "OPTIONS"});
        EXPECT_EQ(options.status, 204U) << path;
        EXPECT_EQ(http::header_of(options, "Allow"), "GET, HEAD, OPTIONS");
    }
    EXPECT_EQ(ask(root, "/a", {.method = "HEAD"}).status, 200U);
    EXPECT_EQ(ask(root, "/b", {.method = "POST"}).status, 404U);
}

TEST_F(WebRootTest, AFolderIsLookedAtFromWithin) {
    // Goal: the address of a folder's page ends with a slash, so that its relative links hold; no
    // path leads to another host.
    folder_.write("sub/index.html", "sub");
    folder_.write("sub/deep/index.html", "deep");
    folder_.write("a b/index.html", "space");
    folder_.write("both.html", "file");
    folder_.write("both/index.html", "folder");
    WebRoot root = open();
    struct Case {
        const char* path;
        const char* query;
        const char* location;
    };
    const Case cases[] = {
        {"/sub", "", "./sub/"},
        {"/sub", "a=1&b=/", "./sub/?a=1&b=/"},
        {"/sub/deep", "", "./deep/"},
        {"//sub", "", "./sub/"},
        {"/a%20b", "", "./a%20b/"},
    };
    for (const Case& c : cases) {
        http::Request request;
        request.query = c.query;
        const http::Response answer = ask(root, c.path, request);
        EXPECT_EQ(answer.status, 301U) << c.path;
        EXPECT_EQ(http::header_of(answer, "Location"), c.location);
    }
    EXPECT_EQ(ask(root, "/sub/").body.view(), "sub");
    EXPECT_EQ(ask(root, "/both").body.view(), "file");
    EXPECT_EQ(ask(root, "/both/").body.view(), "folder");
}

}  // namespace
}  // namespace flightcast::gateway::web
