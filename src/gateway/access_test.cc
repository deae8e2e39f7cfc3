// SPDX-License-Identifier: Apache-2.0
#include "gateway/access.h"

#include <gtest/gtest.h>

namespace flightcast::gateway {
namespace {

http::Request with_authorization(std::string_view value) {
    http::Request request;
    if (!value.empty()) request.headers.add("Authorization", value);
    return request;
}

// Goal: exactly the token opens, in requests and in handshakes.
TEST(Access, WantsItsToken) {
    const Access access("s3cret");
    EXPECT_TRUE(access.allows(with_authorization("Bearer s3cret")));
    EXPECT_TRUE(access.allows(with_authorization("bearer   s3cret")));
    for (const char* wrong :
         {"", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crets", "Basic s3cret", "s3cret"}) {
        EXPECT_FALSE(access.allows(with_authorization(wrong))) << wrong;
    }
    EXPECT_FALSE(access.check({.auth_json = R"({"token":"s3cret"})"}));
    for (const char* wrong : {"{}", R"({"token":"S3cret"})", R"({"token":["s3cret"]})"}) {
        const auto refused = access.check({.auth_json = wrong});
        ASSERT_TRUE(refused) << wrong;
        EXPECT_EQ(refused->message.find("s3cret"), std::string::npos);
    }
}

// Goal: without a token everybody may.
TEST(Access, MayBeOpen) {
    const Access access("");
    EXPECT_TRUE(access.allows(with_authorization("")));
    EXPECT_FALSE(access.check({.auth_json = "{}"}));
}

}  // namespace
}  // namespace flightcast::gateway
