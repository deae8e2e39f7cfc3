// SPDX-License-Identifier: Apache-2.0
//
// The tests without a server; mongo_store_integration_test.cc has the rest.
#include "store/mongo/mongo_store.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

#include "base/random.h"
#include "store/conformance_testing.h"

namespace flightcast::store {
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreConformance);  // It needs a server.
}

namespace flightcast::store::mongo {
namespace {

using base::Errc;

const base::SystemClock kClock;

// Goal: a URI that cannot work is refused at once, says why, and gives no password away.
TEST(MongoStore, RefusesBadUris) {
    struct Case {
        const char* uri;
        const char* password;
        const char* why;
    };
    constexpr Case kCases[] = {
        {"", "", "mongodb://"},
        {"http://root:secret@db/", "", "mongodb://"},
        {"mongodb://root:secret@db/?w=0", "", "w=0"},
        {"mongodb://db/", "secret", "no user"},
        {"mongodb://root:secret@db:port/", "", "URI"},
    };
    for (const Case& c : kCases) {
        const auto store = MongoStore::open({.uri = c.uri, .password = c.password}, kClock);
        ASSERT_FALSE(store) << c.uri;
        EXPECT_EQ(store.error().code, Errc::invalid_argument);
        EXPECT_NE(store.error().detail.find(c.why), std::string::npos) << store.error().detail;
        EXPECT_EQ(store.error().detail.find("cret"), std::string::npos) << store.error().detail;
    }
}

// Goal: without a server everything fails within the time limits and names the way out, look-ups
// that wait are all answered, also when the store ends, and nothing is left running.
TEST(MongoStore, FailsWithoutServer) {
    // Port 1 of the loopback interface: no server listens there.
    auto store = MongoStore::open(
                     {.uri = "mongodb://root@127.0.0.1:1/?serverSelectionTimeoutMS=50",
                      .password = "secret"},
                     kClock
    )
                     .value();
    base::SeededRandom random(1);
    const flight::Outcome outcome = {
        .id = base::Uuid::random(random), .kind = flight::OutcomeKind::failure, .json = "{}"
    };
    const auto put = store->put({outcome});
    const auto reached = store->reach();
    ASSERT_FALSE(put);
    ASSERT_FALSE(reached);
    for (const base::Error& error : {put.error(), reached.error()}) {
        EXPECT_EQ(error.code, Errc::unavailable);
        EXPECT_NE(error.detail.find("127.0.0.1:1"), std::string::npos) << error.detail;
        EXPECT_NE(error.detail.find("check that the server runs"), std::string::npos)
            << error.detail;
        EXPECT_EQ(error.detail.find("secret"), std::string::npos);
    }
    EXPECT_TRUE(store->put({}));
    EXPECT_FALSE(store->count());

    std::vector<std::promise<Errc>> answers(1'000);
    for (std::promise<Errc>& answer : answers) {
        store->find(outcome.id, [&answer](base::Result<std::optional<StoredOutcome>> found) {
            answer.set_value(found ? Errc::io : found.error().code);
        });
    }
    EXPECT_EQ(answers.front().get_future().get(), Errc::unavailable);
    store.reset();
    const Errc last = answers.back().get_future().get();
    EXPECT_TRUE(last == Errc::unavailable || last == Errc::closed);
}

}  // namespace
}  // namespace flightcast::store::mongo
