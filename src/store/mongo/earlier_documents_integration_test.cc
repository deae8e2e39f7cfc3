// SPDX-License-Identifier: Apache-2.0
//
// Documents that earlier versions stored, on a real server (FLIGHTCAST_TEST_MONGO).
#include <gtest/gtest.h>

#include <future>
#include <string>

#include "base/clock.h"
#include "store/mongo/document.h"
#include "store/mongo/earlier_documents_testing.h"
#include "store/mongo/index_maker.h"
#include "store/mongo/live_mongo_testing.h"
#include "store/mongo/mongo_store.h"

namespace flightcast::store::mongo {
namespace {

using Found = base::Result<std::optional<StoredOutcome>>;

Found find(MongoStore& store, const base::Uuid& id) {
    std::promise<Found> promise;
    store.find(id, [&promise](Found found) { promise.set_value(std::move(found)); });
    return promise.get_future().get();
}

// Goal: a store of this version finds what an earlier one stored, and stores none of it again,
// though it comes from the log once more.
TEST(EarlierDocuments, AreFoundAndNotDoubled) {
    for (const EarlierCollection& collection : earlier_collections(FLIGHTCAST_SOURCE_DIR)) {
        SCOPED_TRACE(collection.run / collection.name);
        LiveMongo live;
        for (const std::string& document : collection.documents) {
            live.insert_json(collection.name, document);
        }
        const std::string before = live.dump(collection.name);
        MongoOptions options = live.options();
        options.fields = collection.fields;
        const base::SystemClock clock;
        const auto store = MongoStore::open(options, clock).value();
        std::vector<flight::Outcome> outcomes;
        for (const std::string& record : collection.records) {
            const auto outcome = flight::outcome_of_record(collection.kind, record);
            if (outcome) outcomes.push_back(*outcome);
        }
        ASSERT_TRUE(store->put(outcomes));
        EXPECT_EQ(live.dump(collection.name), before);
        for (const std::string& document : collection.documents) {
            const Bson stored = bson_of(document);
            const auto expected = outcome_of(collection.kind, *stored, {});
            const Found found = find(*store, expected->outcome.id);
            ASSERT_TRUE(found && *found) << document;
            EXPECT_EQ(*found, expected);
        }
        IndexMaker(options, ConnectionPool::open(options).value()).wait();
        for (const std::string& name : collection.indexes) {
            EXPECT_NE(live.indexes(collection.name).find(name), std::string::npos) << name;
        }
    }
}

}  // namespace
}  // namespace flightcast::store::mongo
