// SPDX-License-Identifier: Apache-2.0
//
// Documents that earlier versions stored, without a server.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "flight/document_json.h"
#include "store/mongo/document.h"
#include "store/mongo/earlier_documents_testing.h"

namespace flightcast::store::mongo {
namespace {

using flight::OutcomeKind;

std::string whole(const NewDocument& document) {
    const bson_oid_t id = to_oid(document.id);
    const Bson bson = new_bson();
    bson_append_oid(bson.get(), "_id", -1, &id);
    bson_concat(bson.get(), document.body.get());
    return canonical(*bson);
}

// The database of the recording stored negative zero as zero.
std::string without_negative_zero(std::string document) {
    constexpr std::string_view kNegative = R"("-0.0")";
    const std::size_t place = document.find(kNegative);
    return place == std::string::npos ? document
                                      : document.replace(place, kNegative.size(), R"("0.0")");
}

// Goal: the records of an earlier version become the documents that it stored, byte for byte, the
// id included; each request's first record counts.
TEST(EarlierDocuments, RecordsBecomeTheSame) {
    const auto collections = earlier_collections(FLIGHTCAST_SOURCE_DIR);
    ASSERT_GE(collections.size(), 4U);
    for (const EarlierCollection& collection : collections) {
        SCOPED_TRACE(collection.run / collection.name);
        std::vector<std::string> made;
        std::vector<base::Uuid> seen;
        for (const std::string& record : collection.records) {
            const auto outcome = flight::outcome_of_record(collection.kind, record);
            if (!outcome || std::ranges::find(seen, outcome->id) != seen.end()) continue;
            seen.push_back(outcome->id);
            made.push_back(without_negative_zero(
                whole(document_of(*outcome, {.zone = {}, .fields = collection.fields}))
            ));
        }
        std::ranges::sort(made);
        std::vector<std::string> stored;
        for (const std::string& document : collection.documents) {
            stored.push_back(canonical(*bson_of(document)));
        }
        std::ranges::sort(stored);
        EXPECT_EQ(made, stored);
        EXPECT_FALSE(stored.empty());
    }
}

// Goal: every document that an earlier version stored is read whole: as the record that it was made
// of, and, where a client polled for it, as the bytes that it got.
TEST(EarlierDocuments, AreReadWhole) {
    for (const EarlierCollection& collection : earlier_collections(FLIGHTCAST_SOURCE_DIR)) {
        SCOPED_TRACE(collection.run / collection.name);
        const std::vector<EarlierPoll> polls = earlier_polls(collection);
        std::size_t polled = 0;
        for (const std::string& document : collection.documents) {
            const Bson stored = bson_of(document);
            const auto read = outcome_of(collection.kind, *stored, {});
            ASSERT_TRUE(read) << document;
            const NewDocument again =
                document_of(read->outcome, {.zone = {}, .fields = collection.fields});
            EXPECT_EQ(whole(again), canonical(*stored));
            const std::string id = read->outcome.id.to_string();
            const auto poll = std::ranges::find(polls, id, &EarlierPoll::id);
            if (collection.kind != OutcomeKind::prediction || poll == polls.end()) continue;
            ASSERT_TRUE(read->document_id);
            const auto prediction = flight::decode_prediction(read->outcome.json, {});
            ASSERT_TRUE(prediction) << prediction.error().detail;
            EXPECT_EQ(
                flight::ok_body(
                    id, {.prediction = *prediction, .object_id = *read->document_id}, {}
                ),
                poll->body
            );
            ++polled;
        }
        EXPECT_EQ(polled > 0, collection.kind == OutcomeKind::prediction);
    }
}

}  // namespace
}  // namespace flightcast::store::mongo
