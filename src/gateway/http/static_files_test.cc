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
        .content_type = std::string(content_type_for("/static/css/base.css")),
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
    EXPECT_EQ(asset.content_type, "text/css; charset=utf-8");
    EXPECT_EQ(content_type_for("/x/unknown.xyz"), "application/octet-stream");
    EXPECT_NE(etag_of("a"), etag_of("b"));
}

}  // namespace
}  // namespace flightcast::gateway::http
