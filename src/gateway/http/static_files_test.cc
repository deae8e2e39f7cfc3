// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/static_files.h"

#include <gtest/gtest.h>

namespace flightcast::gateway::http {
namespace {

// Goal: a client that has the file is told so, in every form of If-None-Match; others get it.
TEST(StaticFiles, AnswersNotModifiedToWhoeverHasIt) {
    const Asset asset{
        .bytes = std::make_shared<const std::string>("body {}"),
        .etag = etag_of("body {}"),
        .content_type = "text/css; charset=utf-8",
        .cache_control = "no-cache"
    };
    const auto status_for = [&asset](const std::string& header) {
        Request request;
        if (!header.empty()) request.headers.add("If-None-Match", header);
        const Response response = serve_asset(request, asset);
        EXPECT_EQ(response.body.view().empty(), response.status == 304);
        return response.status;
    };
    EXPECT_EQ(status_for(""), 200U);
    EXPECT_EQ(status_for(asset.etag), 304U);
    EXPECT_EQ(status_for("\"other\", W/" + asset.etag), 304U);
    EXPECT_EQ(status_for("*"), 304U);
    EXPECT_EQ(status_for("\"other\""), 200U);
    EXPECT_EQ(asset_of("/css/base.CSS", "body {}").content_type, "text/css; charset=utf-8");
    EXPECT_NE(etag_of("a"), etag_of("b"));
}

// Goal: the server's favourite of the codings that the client takes; each with an ETag of its own,
// so that no client is told 304 for bytes it does not have; and caches know of the dependency.
TEST(StaticFiles, ChoosesTheCoding) {
    const auto bytes = [](const char* text) { return std::make_shared<const std::string>(text); };
    Asset asset{
        .bytes = bytes("plain"),
        .etag = "\"plain\"",
        .content_type = "text/css",
        .cache_control = "no-cache",
        .encoded = {{"br", bytes("brotli"), "\"br\""}, {"gzip", bytes("zipped"), "\"gz\""}}
    };
    struct Case {
        std::string accept;
        std::string have;
        std::string said;  // status, body, headers
    };
    const std::string headers = " ETag Cache-Control Vary";
    const Case cases[] = {
        {"", "", "200 plain" + headers},
        {"gzip, deflate, br", "", "200 brotli" + headers + " Content-Encoding"},
        {"gzip", "", "200 zipped" + headers + " Content-Encoding"},
        {"br;q=0, gzip", "", "200 zipped" + headers + " Content-Encoding"},
        {"identity", "", "200 plain" + headers},
        {"br", "\"br\"", "304 " + headers},
        {"gzip", "\"br\"", "200 zipped" + headers + " Content-Encoding"},
    };
    for (const Case& c : cases) {
        Request request;
        if (!c.accept.empty()) request.headers.add("Accept-Encoding", c.accept);
        if (!c.have.empty()) request.headers.add("If-None-Match", c.have);
        const Response response = serve_asset(request, asset);
        std::string said = std::to_string(response.status) + " ";
        said += response.body.view();
        for (const Header& header : response.headers) said += " " + header.name;
        EXPECT_EQ(said, c.said) << c.accept;
    }
    asset.encoded.clear();
    const Response response = serve_asset(Request(), asset);
    EXPECT_EQ(response.headers.size(), 2U);
}

}  // namespace
}  // namespace flightcast::gateway::http
