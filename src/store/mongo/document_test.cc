// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/document.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "base/random.h"
#include "store/mongo/original_documents_testing.h"

namespace flightcast::store::mongo {
namespace {

using flight::Outcome;
using flight::OutcomeKind;

constexpr const char* kId = "588ecfa4-8771-4499-86f0-c551ae38bb68";

Outcome prediction(const std::string& json) {
    return {.id = base::Uuid::parse(kId).value(), .kind = OutcomeKind::prediction, .json = json};
}

Bson whole(const NewDocument& document, const bson_oid_t& oid) {
    Bson bson = new_bson();
    bson_append_oid(bson.get(), "_id", -1, &oid);
    bson_concat(bson.get(), document.body.get());
    return bson;
}

std::string text_of(const bson_t& bson) {
    char* text = bson_as_canonical_extended_json(&bson, nullptr);
    std::string result(text);
    bson_free(text);
    return result;
}

// Goal: from the original's records we make its documents, byte for byte, and of its documents its
// records.
TEST(Document, IsTheOriginals) {
    const auto documents = original_documents(FLIGHTCAST_SOURCE_DIR);
    ASSERT_GE(documents.size(), 9U);
    const DocumentForm form;
    for (const OriginalDocument& original : documents) {
        SCOPED_TRACE(original.name);
        bson_t recorded;
        ASSERT_TRUE(bson_init_static(
            &recorded,
            reinterpret_cast<const std::uint8_t*>(original.bson.data()),
            original.bson.size()
        ));
        const auto read = outcome_of(OutcomeKind::prediction, recorded, form.zone);
        ASSERT_TRUE(read);
        ASSERT_TRUE(read->document_id);
        // Two values are stored otherwise than sent: a date of the year 57166, negative zero.
        if (original.name == "FlightDate '20160229'" || original.name == "DepDelay '-0'") continue;
        // A day that the change of calendars left out is stored as the first after it.
        if (original.name != "FlightDate '1582-10-10'") {
            EXPECT_EQ(read->outcome.json, original.response);
        }

        const Outcome outcome = {
            .id = read->outcome.id, .kind = OutcomeKind::prediction, .json = original.response
        };
        const bson_oid_t oid = to_oid(*read->document_id);
        const Bson made = whole(document_of(outcome, form), oid);
        EXPECT_TRUE(bson_equal(made.get(), &recorded)) << text_of(*made) << "\n"
                                                       << text_of(recorded);
    }
}

// Goal: a document is read back as the record that it was made of: all fields, only the two
// required ones, our own, another time zone, failures, and a record of another kind.
TEST(Document, ComesBack) {
    struct Case {
        OutcomeKind kind;
        const char* zone;
        std::string json;
    };
    const std::string id = std::string(R"("UUID":")") + kId + '"';
    const Case cases[] = {
        {OutcomeKind::prediction,
         "UTC",
         R"({"Origin":"ATL","DayOfWeek":6,"DayOfYear":360,"DayOfMonth":25,"Dest":"SFO",)"
         R"("DepDelay":-5.5,"Timestamp":"2025-12-30T14:07:40.123Z","FlightDate":"2016-12-25",)"
         R"("Carrier":"A\"\u0000é",)" +
             id +
             R"(,"Distance":2139.0,"Route":"ATL-SFO","Prediction":2.0,)"
             R"("Probabilities":[0.1,0.2,0.4,0.3],"Model":"default@1f0c",)"
             R"("ScoredAt":"2025-12-30T14:07:40.125000Z",)"
             R"("Contributions":{"Base":0.25,"DepDelay":0.2,"Carrier":-0.05}})"},
        {OutcomeKind::prediction,
         "UTC",
         R"({"DepDelay":5.0,)" + id +
             R"(,"Prediction":2.0,"Online":{"Fold":1,"ArrivalOffset":4711,)"
             R"("ExpectedArrDelay":8.5,"Low":-6.609841158662125,"High":23.609841158662125,)"
             R"("Values":[3.5,3,null,0.1]}})"},
        {OutcomeKind::prediction,
         "UTC",
         "{" + id + R"(,"Prediction":2.0,"Online":{"Fold":1,"Values":[]}})"},
        {OutcomeKind::prediction, "UTC", "{" + id + R"(,"Prediction":0.0})"},
        {OutcomeKind::prediction,
         "Europe/Madrid",
         R"({"Timestamp":"2025-07-30T14:07:40.123+02:00","FlightDate":"2016-07-01",)" + id +
             R"(,"Prediction":3.0})"},
        {OutcomeKind::failure,
         "UTC",
         "{" + id +
             R"(,"Reason":"bad_date","Message":"no such day","Stage":"scorer","Topic":"t",)"
             R"("Partition":3,"Offset":9007199254740993,)"
             R"("FailedAt":"2025-12-30T14:07:40.123001Z","Value":"{\"x\":\"\\u0000\"}"})"},
        {OutcomeKind::prediction, "UTC", "{" + id + R"(,"Prediction":7.0})"},
        {OutcomeKind::failure, "UTC", "{" + id + R"(,"Oops":true})"},
    };
    for (const Case& c : cases) {
        const DocumentForm form{.zone = flight::TimeZone::find(c.zone).value()};
        const Outcome outcome = {
            .id = base::Uuid::parse(kId).value(), .kind = c.kind, .json = c.json
        };
        const NewDocument document = document_of(outcome, form);
        const Bson bson = whole(document, to_oid(document.id));
        const auto read = outcome_of(c.kind, *bson, form.zone);
        ASSERT_TRUE(read) << c.json;
        EXPECT_EQ(read->outcome, outcome);
    }
}

// Goal: with the original's fields alone, nothing stands behind Prediction.
TEST(Document, LeavesOurFieldsOut) {
    const Outcome outcome = prediction(
        std::string(R"({"UUID":")") + kId +
        R"(","Prediction":1.0,"Probabilities":[0.1,0.6,0.2,0.1],"Model":"m@1"})"
    );
    const NewDocument document =
        document_of(outcome, {.zone = {}, .fields = flight::ResponseFields::original});
    EXPECT_TRUE(bson_has_field(document.body.get(), "Prediction"));
    EXPECT_FALSE(bson_has_field(document.body.get(), "Probabilities"));
    EXPECT_FALSE(bson_has_field(document.body.get(), "Model"));
}

// Goal: documents of other writers are read whatever their types, and refused only without a UUID
// or a class.
TEST(Document, ReadsOtherWriters) {
    struct Case {
        const char* json;
        const char* read;  // null: nothing
    };
    const std::string head = std::string(R"({"UUID":")") + kId + '"';
    const Case cases[] = {
        {R"(, "Prediction": 2, "DayOfWeek": {"$numberLong": "6"}, "DepDelay": 5, "Extra": [1]})",
         R"("DepDelay":5.0)"},
        {R"(, "Prediction": 2.0, "DepDelay": "5", "Timestamp": "2025", "FlightDate": 7})",
         R"("Prediction":2.0)"},
        {R"(, "Prediction": {"$numberLong": "3"}, "Probabilities": [0.5, 0.5]})",
         R"("Prediction":3.0})"},
        {R"(, "Prediction": 3, "Online": {"Fold": 1, "Values": ["5"]}})", R"("Prediction":3.0})"},
        {R"(, "Prediction": 3, "Online": [1]})", R"("Prediction":3.0})"},
        {R"(, "Prediction": 2.5})", nullptr},
        {R"(, "Prediction": "2"})", nullptr},
        {"}", nullptr},
    };
    for (const Case& c : cases) {
        const std::string json = head + c.json;
        bson_error_t error;
        const Bson bson(bson_new_from_json(
            reinterpret_cast<const std::uint8_t*>(json.data()),
            static_cast<ssize_t>(json.size()),
            &error
        ));
        ASSERT_TRUE(bson) << json;
        const auto read = outcome_of(OutcomeKind::prediction, *bson, {});
        ASSERT_EQ(read.has_value(), c.read != nullptr) << json;
        if (!read) continue;
        EXPECT_NE(read->outcome.json.find(c.read), std::string::npos) << json;
    }
    EXPECT_FALSE(outcome_of(OutcomeKind::failure, *new_bson(), {}));
}

}  // namespace
}  // namespace flightcast::store::mongo
