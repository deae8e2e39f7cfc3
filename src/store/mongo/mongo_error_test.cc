// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/mongo_error.h"

#include <gtest/gtest.h>

#include <string>

namespace flightcast::store::mongo {
namespace {

// Goal: libmongoc's words about a server that hangs are given with their meaning, the place and the
// purpose; the same words while it looks for a server may mean TLS.
TEST(MongoError, ExplainsAServerThatHangs) {
    struct Case {
        const char* message;
        const char* advice;
    };
    constexpr Case kCases[] = {
        {"Failed to send \"find\" command with database \"d\": Failed to read 4 bytes: socket "
         "error "
         "or timeout",
         "too slow, or stopped"},
        {"No suitable servers found: `serverSelectionTimeoutMS` expired: [socket timeout calling "
         "hello on 'db:27017']",
         "too slow, or stopped"},
        {"No suitable servers found: `serverSelectionTimeoutMS` expired: [Failed to read 4 bytes: "
         "socket error or timeout]",
         "wants TLS"},
    };
    for (const Case& item : kCases) {
        bson_error_t error{};
        bson_set_error(&error, MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_SOCKET, "%s", item.message);
        const base::Error said = to_error(error, "db:27017", "look up outcomes");
        EXPECT_EQ(said.code, base::Errc::unavailable);
        for (const char* const part : {"db:27017", "look up outcomes", item.advice}) {
            EXPECT_NE(said.detail.find(part), std::string::npos) << said.detail;
        }
    }
}

}  // namespace
}  // namespace flightcast::store::mongo
