// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/forwarded_prefix.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace flightcast::gateway::http {
namespace {

// Goal: a proxy's path is taken as it is; a text that leads a browser elsewhere, or splits a
// header, is not.
TEST(ForwardedPrefix, TakesPathsAlone) {
    const std::pair<std::string, std::string> cases[] = {
        {"/app", "/app"},
        {"/app/", "/app"},
        {"/a/b-c/v1.2", "/a/b-c/v1.2"},
        {"/", ""},
        {"", ""},
        {"app", ""},
        {"//evil.example", ""},
        {"/a//b", ""},
        {"/../x", ""},
        {"/a/.", ""},
        {"/a b", ""},
        {"/a,/b", ""},
        {"/a\"onload=", ""},
        {"/a?b", ""},
        {"/a%2f", ""},
        {"https://evil.example/", ""},
        {"/" + std::string(256, 'a'), ""},
    };
    for (const auto& [header, prefix] : cases) {
        Request request;
        request.headers.add("X-Forwarded-Prefix", header);
        EXPECT_EQ(forwarded_prefix(request), prefix) << header;
    }
    EXPECT_EQ(forwarded_prefix({}), "");
}

}  // namespace
}  // namespace flightcast::gateway::http
