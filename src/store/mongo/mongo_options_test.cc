// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/mongo_options.h"

#include <gtest/gtest.h>

namespace flightcast::store::mongo {
namespace {

// Goal: no password is left in the text for people, also when the URI is malformed.
TEST(RedactedUri, HidesSecrets) {
    struct Case {
        const char* uri;
        const char* shown;
    };
    constexpr Case kCases[] = {
        {"mongodb://127.0.0.1:27017/", "mongodb://127.0.0.1:27017/"},
        {"mongodb://root@db/?authSource=admin", "mongodb://root@db/?authSource=admin"},
        {"mongodb://root:secret@db:27017/?authSource=admin",
         "mongodb://root:***@db:27017/?authSource=admin"},
        {"mongodb+srv://root:secret@db/", "mongodb+srv://root:***@db/"},
        {"mongodb://root:se@cr:e/t@db/", "mongodb://root:***@db/"},
        {"root:secret@db", "root:***@db"},
        {"mongodb://db/?tls=true&tlsCertificateKeyFilePassword=secret&x=1",
         "mongodb://db/?tls=true&tlsCertificateKeyFilePassword=***&x=1"},
        {"mongodb://db/?authMechanismProperties=AWS_SESSION_TOKEN:secret",
         "mongodb://db/?authMechanismProperties=***"},
        {"", ""},
    };
    for (const Case& c : kCases) EXPECT_EQ(redacted_uri(c.uri), c.shown);
}

}  // namespace
}  // namespace flightcast::store::mongo
