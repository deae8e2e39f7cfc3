// SPDX-License-Identifier: Apache-2.0
//
// The store on a real server (FLIGHTCAST_TEST_MONGO), alone and through a proxy that misbehaves.
#include "store/mongo/mongo_store.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <thread>

#include "base/random.h"
#include "flight/document_json.h"
#include "store/conformance_testing.h"
#include "store/mongo/flaky_proxy_testing.h"
#include "store/mongo/index_maker.h"
#include "store/mongo/live_mongo_testing.h"
#include "store/mongo/original_documents_testing.h"

namespace flightcast::store {
namespace {

class MongoFixture final : public StoreFixture {
  public:
    MongoFixture() { reopen(); }
    OutcomeStore& store() override { return *store_; }
    void reopen() override {
        store_.reset();
        store_ = mongo::MongoStore::open(live_.options(), clock_).value();
    }

  private:
    const base::SystemClock clock_;
    mongo::LiveMongo live_;
    std::unique_ptr<mongo::MongoStore> store_;
};

std::unique_ptr<StoreFixture> make_mongo_fixture() {
    return std::make_unique<MongoFixture>();
}

INSTANTIATE_TEST_SUITE_P(Mongo, StoreConformance, testing::Values(make_mongo_fixture));

}  // namespace

namespace mongo {
namespace {

using base::Errc;
using flight::Outcome;
using flight::OutcomeKind;

const base::SystemClock kClock;
using Found = base::Result<std::optional<StoredOutcome>>;

Found find(MongoStore& store, const base::Uuid& id) {
    std::promise<Found> promise;
    store.find(id, [&promise](Found found) { promise.set_value(std::move(found)); });
    return promise.get_future().get();
}

Outcome prediction(const base::Uuid& id, int predicted) {
    return {
        .id = id,
        .kind = OutcomeKind::prediction,
        .json = R"({"Timestamp":"2025-12-30T14:07:40.123Z","UUID":")" + id.to_string() +
                R"(","Prediction":)" + std::to_string(predicted) + ".0}"
    };
}

std::vector<Outcome> predictions(std::size_t count) {
    base::SystemRandom random;
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < count; ++i) {
        outcomes.push_back(prediction(base::Uuid::random(random), static_cast<int>(i % 4)));
    }
    return outcomes;
}

// Goal: outcomes that the original stored are found, and a polling client gets the original's
// answer, byte for byte.
TEST(MongoStore, AnswersAsTheOriginal) {
    LiveMongo live;
    const auto store = MongoStore::open(live.options(), kClock).value();
    std::size_t compared = 0;
    for (const OriginalDocument& original : original_documents(FLIGHTCAST_SOURCE_DIR)) {
        if (original.polled.empty()) continue;  // The original failed there.
        SCOPED_TRACE(original.name);
        const auto id = flight::uuid_of_outcome(original.response).value();
        auto found = find(*store, id);
        ASSERT_TRUE(found) << found.error().detail;
        if (!*found) {  // Else it is in the extract and in the whole recording.
            bson_t document;
            ASSERT_TRUE(bson_init_static(
                &document,
                reinterpret_cast<const std::uint8_t*>(original.bson.data()),
                original.bson.size()
            ));
            live.insert("flight_delay_ml_response", document);
            found = find(*store, id);
        }
        ASSERT_TRUE(found && *found);
        const auto read = flight::decode_prediction((*found)->outcome.json, {});
        ASSERT_TRUE(read);
        EXPECT_EQ(
            flight::ok_body(
                id.to_string(),
                {.prediction = *read, .object_id = (*found)->document_id.value()},
                {}
            ),
            original.polled
        );
        ++compared;
    }
    EXPECT_GE(compared, 9U);
}

// Goal: the original's record put by us is the original's document, but for the id.
TEST(MongoStore, StoresAsTheOriginal) {
    LiveMongo live;
    const auto store = MongoStore::open(live.options(), kClock).value();
    const auto original = original_documents(FLIGHTCAST_SOURCE_DIR).front();
    const auto id = flight::uuid_of_outcome(original.response).value();
    ASSERT_TRUE(
        store->put({{.id = id, .kind = OutcomeKind::prediction, .json = original.response}})
    );
    bson_t document;
    bson_init_static(
        &document, reinterpret_cast<const std::uint8_t*>(original.bson.data()), original.bson.size()
    );
    live.insert("original", document);
    const auto without_id = [](const std::string& text) {
        return text.substr(text.find("Origin"));
    };
    EXPECT_EQ(without_id(live.dump("flight_delay_ml_response")), without_id(live.dump("original")));
}

// Goal: of outcomes that another program stored twice, the first counts, whichever was inserted
// first; documents that are not predictions are skipped.
TEST(MongoStore, ReadsWhatOthersDoubled) {
    LiveMongo live;
    const auto store = MongoStore::open(live.options(), kClock).value();
    base::SeededRandom random(5);
    const auto id = base::Uuid::random(random);
    const std::string rest = R"("UUID": ")" + id.to_string() + R"(", "Prediction": )";
    const std::string collection = "flight_delay_ml_response";
    live.insert_json(
        collection, R"({"_id": {"$oid": "6b04c56d670ddc2c3d01bde6"}, )" + rest + "2.0}"
    );
    live.insert_json(
        collection, R"({"_id": {"$oid": "6b04c56d670ddc2c3d01bde5"}, )" + rest + "1.0}"
    );
    live.insert_json(
        collection, R"({"_id": {"$oid": "6b04c56d670ddc2c3d01bde4"}, )" + rest + "\"\"}"
    );
    live.insert_json(collection, R"({"_id": {"$oid": "6b04c56d670ddc2c3d01bde3"}})");
    const auto found = find(*store, id);
    ASSERT_TRUE(found && *found);
    EXPECT_NE((*found)->outcome.json.find(R"("Prediction":1.0)"), std::string::npos);
    EXPECT_EQ((*found)->document_id->to_string(), "6b04c56d670ddc2c3d01bde5");
}

// Goal: a request has one document, also where another program stored it under an id of its own, or
// where it was asked again later under the same Idempotency-Key; those beside it are stored.
TEST(MongoStore, StoresNoRequestBesideAnother) {
    LiveMongo live;
    const auto store = MongoStore::open(live.options(), kClock).value();
    const std::vector<Outcome> others = predictions(2);
    const std::string collection = "flight_delay_ml_response";
    live.insert_json(
        collection,
        R"({"_id": {"$oid": "6b04c56d670ddc2c3d01bde6"}, "UUID": ")" + others[0].id.to_string() +
            R"(", "Prediction": 3.0})"
    );
    ASSERT_TRUE(store->put(others));
    EXPECT_EQ(store->count(), 2);
    Outcome later = others[1];
    later.json.replace(later.json.find("14:07:40"), 8, "15:07:40");
    ASSERT_TRUE(store->put({later}));
    EXPECT_EQ(store->count(), 2);
    const auto found = find(*store, others[1].id);
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->outcome, others[1]);
}

// Goal: many at once, from several threads and in bulks: each is stored once, and the same document
// id is told as the polling endpoint derives.
TEST(MongoStore, StoresOnceFromSeveralThreads) {
    LiveMongo live;
    const auto first = MongoStore::open(live.options(), kClock).value();
    const auto second = MongoStore::open(live.options(), kClock).value();
    const std::vector<Outcome> outcomes = predictions(250);
    std::vector<std::thread> threads;
    std::atomic<int> failed = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            const auto put = (i % 2 == 0 ? first : second)->put(outcomes);
            if (!put) ++failed;
            EXPECT_TRUE(put) << put.error().detail;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(first->count(), 250);
    const auto found = find(*second, outcomes[7].id);
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->outcome, outcomes[7]);
    const auto read = flight::decode_prediction(outcomes[7].json, {});
    EXPECT_EQ((*found)->document_id, flight::document_id(read->request));
}

// Goal: while the server is away every call fails in time and says so; when it is back everything
// works by itself, and nothing was stored twice.
TEST(MongoStore, OutlastsAnAbsentServer) {
    LiveMongo live;
    FlakyProxy proxy(live.port());
    const auto store = MongoStore::open(live.options_through(proxy.port()), kClock).value();
    const std::vector<Outcome> outcomes = predictions(150);
    const std::vector<Outcome> half(outcomes.begin(), outcomes.begin() + 75);
    ASSERT_TRUE(store->put(half));
    for (const auto mode : {FlakyProxy::Mode::refuse, FlakyProxy::Mode::stall}) {
        proxy.set(mode);
        const auto put = store->put(outcomes);
        ASSERT_FALSE(put);
        EXPECT_EQ(put.error().code, Errc::unavailable) << put.error().detail;
        const auto found = find(*store, outcomes[0].id);
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().code, Errc::unavailable) << found.error().detail;
        EXPECT_FALSE(store->count());
        proxy.set(FlakyProxy::Mode::forward);
        // The driver may take one more call to notice.
        while (!store->reach()) {
        }
        const auto again = find(*store, outcomes[0].id);
        ASSERT_TRUE(again && *again);
    }
    ASSERT_TRUE(store->put(outcomes));
    EXPECT_EQ(store->count(), 150);
}

// Goal: when the connection is lost after the server has stored a bulk and before it could say so,
// putting it again stores nothing twice.
TEST(MongoStore, RepeatsWhatWasNotAnswered) {
    LiveMongo live;
    FlakyProxy proxy(live.port());
    const auto store = MongoStore::open(live.options_through(proxy.port()), kClock).value();
    const auto direct = MongoStore::open(live.options(), kClock).value();
    ASSERT_TRUE(store->reach());
    const std::vector<Outcome> outcomes = predictions(60);
    proxy.set(FlakyProxy::Mode::drop_insert_answers);
    ASSERT_FALSE(store->put(outcomes));
    proxy.set(FlakyProxy::Mode::refuse);
    const auto stored = direct->count();
    EXPECT_EQ(stored, 60);  // So the test keeps its promise.
    proxy.set(FlakyProxy::Mode::forward);
    while (!store->reach()) {
    }
    ASSERT_TRUE(store->put(outcomes));
    EXPECT_EQ(direct->count(), 60);
}

// Goal: a document that the server refuses for good is told with the server's reason, by its place,
// and is refused again; all others of its bulk are stored, whether they are new or not.
TEST(MongoStore, TellsWhatTheServerRefusesForGood) {
    LiveMongo live;
    const auto store = MongoStore::open(live.options(), kClock).value();
    std::vector<Outcome> outcomes = predictions(40);
    ASSERT_TRUE(store->put({outcomes[3]}));
    for (const std::size_t place : {7U, 30U}) {  // FerretDB takes no infinity; MongoDB does.
        outcomes[place].json.insert(1, R"("DepDelay":"Infinity",)");
    }
    for (int i = 0; i < 2; ++i) {
        const auto put = store->put(outcomes);
        ASSERT_TRUE(put) << put.error().detail;
        if (put->empty()) {
            EXPECT_EQ(store->count(), 40);
            continue;
        }
        ASSERT_EQ(put->size(), 2U);
        EXPECT_EQ((*put)[0].index, 7U);
        EXPECT_EQ((*put)[1].index, 30U);
        EXPECT_NE((*put)[1].reason.find("infinity"), std::string::npos) << (*put)[1].reason;
        EXPECT_EQ(store->count(), 38);
    }
}

// Goal: the index on UUID is made, also in an empty database, and a server without expiry of
// documents is warned about but used.
TEST(MongoStore, MakesItsIndexes) {
    LiveMongo live;
    MongoOptions options = live.options();
    std::string warnings;
    options.ttl = std::chrono::hours(1);
    options.warn = [&warnings](const std::string& text) { warnings += text + '\n'; };
    for (int i = 0; i < 2; ++i) {
        IndexMaker maker(options, ConnectionPool::open(options).value());
        maker.wait();
    }
    for (const std::string& name : {options.predictions, options.failures}) {
        EXPECT_NE(live.indexes(name).find("UUID_1"), std::string::npos) << live.indexes(name);
        const bool expires = live.indexes(name).find("Timestamp_1") != std::string::npos ||
                             live.indexes(name).find("FailedAt_1") != std::string::npos;
        EXPECT_EQ(expires, warnings.empty()) << warnings;
    }
}

struct Trouble {
    const char* name;
    std::string uri;
    const char* advice;
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

// Goal: right credentials and certificates work; wrong ones, a server without TLS and an unknown
// host each name the thing to look at, and no password.
TEST(MongoStore, SaysWhatIsWrong) {
    const char* secure = std::getenv("FLIGHTCAST_TEST_MONGO_SECURE");
    if (secure == nullptr) GTEST_SKIP() << "needs a server with password and TLS";
    const std::string good = secure;
    const std::string plain = required_environment("FLIGHTCAST_TEST_MONGO");
    const std::string limit = "serverSelectionTimeoutMS=700";
    const std::string colon = good.substr(0, good.find('@'));
    const std::string password = colon.substr(colon.rfind(':') + 1);
    const std::string ca = good.substr(good.find("tlsCAFile=") + 10);  // The last option.
    ASSERT_TRUE(MongoStore::open({.uri = good}, kClock).value()->reach());
    const std::string apart = replaced(good, ":" + password, "");
    ASSERT_TRUE(MongoStore::open({.uri = apart, .password = password}, kClock).value()->reach());
    const Trouble troubles[] = {
        {"wrong password", replaced(good, password, "hunter2"), "check user, password"},
        {"no password", replaced(good, "root:" + password + "@", ""), ""},
        {"unknown CA",
         replaced(good, ca, required_environment("FLIGHTCAST_TEST_MONGO_STRANGER")),
         "tlsCAFile"},
        {"TLS to a plain server", plain + "?tls=true", "wants TLS"},
        {"plain to a TLS server", replaced(good, "&tls=true&tlsCAFile=" + ca, ""), "tls=true"},
        {"no such host", "mongodb://root:hunter2@no-such-host.invalid/?tls=false", "host's name"},
        {"nobody listens", "mongodb://root:hunter2@127.0.0.1:1/?tls=false", "server runs"},
    };
    for (const Trouble& trouble : troubles) {
        SCOPED_TRACE(trouble.name);
        const auto store = MongoStore::open({.uri = trouble.uri + "&" + limit}, kClock);
        ASSERT_TRUE(store) << store.error().detail;
        const auto put = (*store)->put(predictions(1));
        ASSERT_FALSE(put);
        EXPECT_EQ(put.error().code, Errc::unavailable);
        EXPECT_NE(put.error().detail.find(trouble.advice), std::string::npos) << put.error().detail;
        EXPECT_EQ(put.error().detail.find("hunter2"), std::string::npos) << put.error().detail;
    }
}

}  // namespace
}  // namespace mongo
}  // namespace flightcast::store
