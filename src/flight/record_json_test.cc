// SPDX-License-Identifier: Apache-2.0
//
// The records and documents beyond those recorded from the original: our own fields, records of
// others, and invalid ones.
#include <gtest/gtest.h>

#include <cmath>

#include <chrono>
#include <limits>
#include <string>

#include "base/limits.h"
#include "flight/document_json.h"
#include "flight/failure_json.h"
#include "flight/object_id.h"
#include "flight/prediction_json.h"
#include "flight/request_json.h"

namespace flightcast::flight {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kId = "8e90da7e-63f5-45f9-8f3d-7d948120e5a2";

base::Uuid id() {
    return *base::Uuid::parse(kId);
}

Prediction full_prediction() {
    Prediction prediction;
    Request& request = prediction.request;
    request.id = id();
    request.dep_delay = 5;
    request.carrier = "AA";
    request.flight_date = "2016-12-25";
    request.origin = "ATL";
    request.dest = "SFO";
    request.distance = 2139;
    request.day_of_year = 360;
    request.day_of_month = 25;
    request.day_of_week = 6;
    request.timestamp = LocalTime(1'767'103'660'123'456us);
    prediction.route = "ATL-SFO";
    prediction.predicted = 2;
    prediction.probabilities = Probabilities{0.1, 0.2, 0.625, 0.00075};
    prediction.contributions = Contributions{0.375, {{"DepDelay", 0.26}, {"Carrier", -0.01}}};
    prediction.model = "default@1f0c";
    prediction.scored_at = base::WallTime(1'767'103'660'125'001us);
    request.flight_num = "12";
    request.crs_dep_time = 1030;
    request.requested_at = base::WallTime(1'767'103'660'123'000us);
    return prediction;
}

constexpr std::string_view kFullRecord =
    R"({"Origin":"ATL","DayOfWeek":6,"DayOfYear":360,"DayOfMonth":25,"Dest":"SFO","DepDelay":5.0,)"
    R"("Timestamp":"2025-12-30T14:07:40.123Z","FlightDate":"2016-12-25","Carrier":"AA",)"
    R"("UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2","Distance":2139.0,"Route":"ATL-SFO",)"
    R"("Prediction":2.0,"FlightNum":"12","CRSDepTime":1030,)"
    R"("RequestedAt":"2025-12-30T14:07:40.123000Z",)"
    R"("Probabilities":[0.1,0.2,0.625,7.5E-4],"Model":"default@1f0c",)"
    R"("ScoredAt":"2025-12-30T14:07:40.125001Z",)"
    R"("Contributions":{"Base":0.375,"DepDelay":0.26,"Carrier":-0.01}})";

// Goal: our own fields follow the original's, and everything but microseconds is read back.
TEST(PredictionJson, HasOurFieldsLast) {
    Prediction prediction = full_prediction();
    EXPECT_EQ(encode_prediction(prediction, ResponseFields::all, TimeZone()), kFullRecord);
    const auto read = decode_prediction(kFullRecord, TimeZone());
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    prediction.request.timestamp = LocalTime(1'767'103'660'123'000us);
    EXPECT_EQ(*read, prediction);
}

TEST(PredictionJson, CarriesOnlineValues) {
    // Goal: the values of online features stand last, null for a missing one, with the arrival
    // delay that they let expect; they are read back to the same bits, and an odd "Online" is
    // passed over.
    Prediction prediction;
    prediction.request.dep_delay = 10;
    prediction.request.online = {
        .fold = 1, .arrival_offset = 4'711, .values = {-2.5F, 5.0F, NAN, 0.1F}
    };
    const std::string json = encode_prediction(prediction, ResponseFields::all, TimeZone());
    const std::size_t place = json.find(R"("Online")");
    ASSERT_NE(place, std::string::npos);
    const std::string_view head =
        R"("Online":{"Fold":1,"ArrivalOffset":4711,"ExpectedArrDelay":7.5,)";
    EXPECT_EQ(json.substr(place, head.size()), head);
    EXPECT_TRUE(json.ends_with(R"(,"Values":[-2.5,5,null,0.1]}})")) << json;
    const auto read = decode_prediction(json, TimeZone());
    ASSERT_TRUE(read && read->request.online);
    EXPECT_EQ(encode_prediction(*read, ResponseFields::all, TimeZone()), json);
    EXPECT_EQ(read->request.online->values[3], 0.1F);
    EXPECT_EQ(
        encode_prediction(prediction, ResponseFields::original, TimeZone()).find("Online"),
        std::string::npos
    );
    for (const char* const odd : {"1", "{}", R"({"Values":["x"]})", R"({"Values":[1e999]})"}) {
        std::string other = json;
        other.replace(place, std::string::npos, std::string(R"("Online":)") + odd + "}");
        const auto lenient = decode_prediction(other, TimeZone());
        ASSERT_TRUE(lenient) << other;
        EXPECT_FALSE(lenient->request.online) << other;
    }
}

// Goal: a record of another writer is read without our fields, with Python's spaces, in another
// zone.
TEST(PredictionJson, ReadsForeignRecords) {
    const auto madrid = TimeZone::find("Europe/Madrid");
    ASSERT_TRUE(madrid.has_value());
    const auto read = decode_prediction(
        R"( { "UUID": "8E90DA7E-63F5-45F9-8F3D-7D948120E5A2", "Prediction": 3, "DepDelay": "NaN",)"
        R"( "Timestamp": "2025-12-30T14:07:40.123Z", "Probabilities": [1, 2], "Model": null,)"
        R"( "ScoredAt": 5, "More": {"UUID": "x"}, "Probabilities": [ 0.5 , 0.5,0,0 ] })",
        *madrid
    );
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(read->request.id, id());
    EXPECT_EQ(read->predicted, 3.0);
    EXPECT_EQ(read->route, "");
    EXPECT_EQ(read->request.timestamp, LocalTime(1'767'107'260'123'000us));
    EXPECT_EQ(read->probabilities, (Probabilities{0.5, 0.5, 0, 0}));
    EXPECT_EQ(read->model, std::nullopt);
    EXPECT_EQ(read->scored_at, std::nullopt);
}

// Goal: a value that is not a response record is corrupt, and the error says why.
TEST(PredictionJson, RefusesOtherRecords) {
    const std::pair<std::string, std::string_view> cases[] = {
        {"", "not a JSON object"},
        {"nonsense", "not a JSON object"},
        {R"({"Prediction":2.0})", "no UUID"},
        {R"({"UUID":"u1","Prediction":2.0})", "no UUID"},
        {R"({"UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2"})", "Prediction is not"},
        {R"({"UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2","Prediction":4})", "Prediction is not"},
        {R"({"UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2","Prediction":1.5})",
         "Prediction is not"},
        {R"({"UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2","Prediction":NaN})",
         "Prediction is not"},
    };
    for (const auto& [json, detail] : cases) {
        const auto read = decode_prediction(json, TimeZone());
        ASSERT_FALSE(read.has_value()) << json;
        EXPECT_EQ(read.error().code, base::Errc::corrupt);
        EXPECT_NE(read.error().detail.find(detail), std::string::npos) << read.error().detail;
    }
}

// Goal: only a UUID of the record itself counts, not text that looks like one.
TEST(PredictionJson, FindsTheIdOfAnOutcome) {
    EXPECT_EQ(uuid_of_outcome(kFullRecord), id());
    const std::pair<std::string, bool> cases[] = {
        {"", false},
        {R"({"a":{"UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2"}})", false},
        {R"({"Value":"{\"UUID\":\"8e90da7e-63f5-45f9-8f3d-7d948120e5a2\"}"})", false},
        {R"({"x\"UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2"})", false},
        {R"(["UUID","8e90da7e-63f5-45f9-8f3d-7d948120e5a2"])", false},
        {R"({"UUID":null})", false},
        {R"({"UUID":"8e90da7e"})", false},
        {R"({"Prediction":[[]],"UUID" : "8e90da7e-63f5-45f9-8f3d-7d948120e5a2"})", true},
        {R"({"\u0055UID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2"})", true},
    };
    for (const auto& [json, found] : cases) {
        EXPECT_EQ(uuid_of_outcome(json).has_value(), found) << json;
    }
}

// Goal: the polling client's document shows our fields last, absent ones as null in their places.
TEST(DocumentJson, ShowsNullsAndOurFields) {
    const ObjectId object_id = *ObjectId::parse("5d8dcb105e8b5622696d6f2e");
    const Prediction full = full_prediction();
    const std::string body = ok_body(kId, {full, object_id}, TimeZone());
    EXPECT_TRUE(body.ends_with(
        R"("Prediction": 2.0, "FlightNum": "12", "CRSDepTime": 1030, )"
        R"("RequestedAt": {"$date": "2025-12-30T14:07:40.123Z"}, )"
        R"("Probabilities": [0.1, 0.2, 0.625, 0.00075], "Model": "default@1f0c", )"
        R"("ScoredAt": {"$date": "2025-12-30T14:07:40.125Z"}, )"
        R"("Contributions": {"Base": 0.375, "DepDelay": 0.26, "Carrier": -0.01}}})"
    )) << body;

    Prediction online = full;
    online.request.online = {.fold = 1, .arrival_offset = 4'711, .values = {3.5F, 3.0F, NAN}};
    EXPECT_TRUE(
        ok_body(kId, {online, object_id}, TimeZone())
            .ends_with(
                R"("Carrier": -0.01}, "Online": {"Fold": 1, "ArrivalOffset": 4711, )"
                R"("ExpectedArrDelay": 8.5, "Low": -6.609841158662125, "High": 23.609841158662125, )"
                R"("Values": [3.5, 3.0, null]}}})"
            )
    ) << ok_body(kId, {online, object_id}, TimeZone());

    Prediction empty;
    empty.request.id = id();
    empty.request.dep_delay = std::numeric_limits<double>::infinity();
    EXPECT_EQ(
        ok_body("U", {empty, object_id}, TimeZone()),
        R"({"status": "OK", "id": "U", "prediction": {"_id": {"$oid": "5d8dcb105e8b5622696d6f2e"}, )"
        R"("Origin": null, "DayOfWeek": null, "DayOfYear": null, "DayOfMonth": null, "Dest": null, )"
        R"("DepDelay": {"$numberDouble": "Infinity"}, "Timestamp": null, "FlightDate": null, )"
        R"("Carrier": null, "UUID": "8e90da7e-63f5-45f9-8f3d-7d948120e5a2", "Distance": null, )"
        R"("Route": null, "Prediction": 0.0}})"
    );
}

// Goal: dates before the Gregorian calendar are stored as the original stores them.
TEST(DocumentJson, CountsOldDatesAsTheOriginal) {
    const std::pair<std::string, std::string_view> cases[] = {
        {"1969-12-31", R"({"$date": {"$numberLong": "-86400000"}})"},
        {"1970-01-01", R"({"$date": "1970-01-01T00:00:00Z"})"},
        {"9999-12-31", R"({"$date": "9999-12-31T00:00:00Z"})"},
        {"1582-10-15", R"({"$date": {"$numberLong": "-12219292800000"}})"},
        {"1582-10-05", R"({"$date": {"$numberLong": "-12219292800000"}})"},
        {"1582-10-04", R"({"$date": {"$numberLong": "-12219379200000"}})"},
        {"0001-01-01", R"({"$date": {"$numberLong": "-62135769600000"}})"},
    };
    for (const auto& [date, expected] : cases) {
        Prediction prediction;
        prediction.request.flight_date = date;
        const std::string body = ok_body("U", {prediction, ObjectId()}, TimeZone());
        EXPECT_NE(body.find(expected), std::string::npos) << date << ' ' << body;
    }
}

// Goal: the short bodies are the original's, and nothing of a client's text escapes its string.
TEST(DocumentJson, WritesShortBodies) {
    EXPECT_EQ(
        accepted_body(id()), R"({"status": "OK", "id": "8e90da7e-63f5-45f9-8f3d-7d948120e5a2"})"
    );
    EXPECT_EQ(wait_body("no-such-id"), R"({"status": "WAIT", "id": "no-such-id"})");
    EXPECT_EQ(
        wait_body("\"<\x7F\n\u00E9\U0001F600"),
        R"({"status": "WAIT", "id": "\"<\u007f\n\u00e9\ud83d\ude00"})"
    );
    EXPECT_EQ(error_body("Dest: \\"), R"({"status": "ERROR", "message": "Dest: \\"})");
}

// Goal: a request is read back from its record, with its scheduled departure if it has one.
TEST(RequestJson, ReadsBackWhatItWrites) {
    Request request = full_prediction().request;
    request.flight_num = "15\"19";
    request.carrier = "\u00E9\U0001F600";
    request.dep_delay = -1e-7;
    EXPECT_TRUE(encode_request(request).ends_with(
        R"(, "CRSDepTime": 1030, "RequestedAt": "2025-12-30T14:07:40.123000Z"})"
    ));
    EXPECT_EQ(decode_request(encode_request(request), TimeZone()), request);
    request.requested_at.reset();
    for (const std::optional<std::int32_t> time :
         {std::optional<std::int32_t>(), std::optional(905)}) {
        request.crs_dep_time = time;
        const std::string record = encode_request(request);
        EXPECT_EQ(record.ends_with("\"CRSDepTime\": 905}"), time.has_value());
        const auto read = decode_request(record, TimeZone());
        ASSERT_TRUE(read.has_value()) << read.error().message;
        EXPECT_EQ(*read, request);
    }
    request.crs_elapsed_time = 95;
    EXPECT_TRUE(encode_request(request).ends_with("\"CRSElapsedTime\": 95.0}"));
    EXPECT_EQ(decode_request(encode_request(request), TimeZone()), request);
    request.crs_elapsed_time = 1e9;  // is as good as missing
    EXPECT_FALSE(decode_request(encode_request(request), TimeZone())->crs_elapsed_time);
    EXPECT_EQ(
        encode_request(Request{}),
        R"({"DepDelay": null, "Carrier": null, "FlightDate": null, "Dest": null, "FlightNum": null, )"
        R"("Origin": null, "Distance": null, "DayOfYear": null, "DayOfMonth": null, )"
        R"("DayOfWeek": null, "Timestamp": null, "UUID": "00000000-0000-0000-0000-000000000000"})"
    );
}

std::string request_with(const std::string& members) {
    return R"({"UUID": "8e90da7e-63f5-45f9-8f3d-7d948120e5a2", )" + members + "}";
}

// Goal: a fault has its reason, and the id when there was one to read.
TEST(RequestJson, NamesFaults) {
    struct Case {
        std::string value;
        std::string_view reason;
        bool has_id;
    };
    const Case cases[] = {
        {"", "empty", false},
        {" ", "not_json", false},
        {R"({"DepDelay": 5.0})", "no_uuid", false},
        {R"({"UUID": "u1", "FlightDate": "2016-02-30"})", "no_uuid", false},
        {request_with(R"("FlightDate": "2016-02-30")"), "bad_date", true},
        {request_with(R"("FlightDate": "2016-13")"), "bad_date", true},
        {request_with(R"("FlightDate": "12-25-2016")"), "bad_date", true},
        {request_with(R"("FlightDate": "2016-12-25)"), "not_json", true},
    };
    for (const Case& expected : cases) {
        const auto read = decode_request(expected.value, TimeZone());
        ASSERT_FALSE(read.has_value()) << expected.value;
        EXPECT_EQ(read.error().reason, expected.reason) << expected.value;
        EXPECT_EQ(read.error().id.has_value(), expected.has_id) << expected.value;
        EXPECT_FALSE(read.error().message.empty());
    }
}

// Goal: the time of day is that of its own field first, and only if it is valid.
TEST(RequestJson, ReadsTheTimeOfDay) {
    const std::pair<std::string, std::optional<std::int32_t>> cases[] = {
        {R"("FlightDate": "2016-12-25")", std::nullopt},
        {R"("FlightDate": "2016-12-25T10:30")", 1030},
        {R"("FlightDate": "2016-12-25T10:30", "CRSDepTime": 945)", 945},
        {R"("FlightDate": "2016-12-25T10:30", "CRSDepTime": 2400)", 1030},
        {R"("FlightDate": "2016-12-25", "CRSDepTime": 1060)", std::nullopt},
        {R"("FlightDate": "2016-12-25", "CRSDepTime": "945")", std::nullopt},
        {R"("FlightDate": "2016-12-25T25:00")", std::nullopt},
    };
    for (const auto& [members, expected] : cases) {
        const auto read = decode_request(request_with(members), TimeZone());
        ASSERT_TRUE(read.has_value()) << members;
        EXPECT_EQ(read->crs_dep_time, expected) << members;
        EXPECT_EQ(read->flight_date, "2016-12-25");
    }
}

// Goal: the optional indices are there when sent; a bad one is null, as any bad number.
TEST(RequestJson, ReadsIndicesOfSparkModels) {
    const std::string head = R"({"UUID": ")" + id().to_string() + '"';
    EXPECT_EQ(decode_request(head + "}", TimeZone())->indices, std::nullopt);
    const auto read = decode_request(
        head + R"(, "Carrier_index": 4, "Dest_index": "x", "Route_index": 0.5})", TimeZone()
    );
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->indices, (SparkIndices{.carrier = 4, .route = 0.5}));
}

// Goal: a text that is too long is null, however it is written.
TEST(RequestJson, BoundsTexts) {
    const std::string most(base::limits::kFieldBytesMax, 'a');
    const auto fits = decode_request(request_with("\"Carrier\": \"" + most + '"'), TimeZone());
    const auto long_one =
        decode_request(request_with("\"Carrier\": \"" + most + "a\""), TimeZone());
    ASSERT_TRUE(fits && long_one);
    EXPECT_EQ(fits->carrier, most);
    EXPECT_EQ(long_one->carrier, std::nullopt);
}

// Goal: a failure is read back from its record, its value cut and repaired.
TEST(FailureJson, ReadsBackWhatItWrites) {
    Failure failure;
    failure.id = id();
    failure.reason = "bad_date";
    failure.message = "FlightDate '2016-02-30' is not a day of the calendar.";
    failure.stage = "scorer";
    failure.topic = "flight-delay-ml-request";
    failure.partition = 3;
    failure.offset = 9'007'199'254'740'993;
    failure.failed_at = base::WallTime(1'767'103'660'125'001us);
    failure.value = R"({"FlightDate": "2016-02-30"})";
    const std::string record = encode_failure(failure);
    EXPECT_EQ(
        record,
        R"({"UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2","Reason":"bad_date",)"
        R"("Message":"FlightDate '2016-02-30' is not a day of the calendar.","Stage":"scorer",)"
        R"("Topic":"flight-delay-ml-request","Partition":3,"Offset":9007199254740993,)"
        R"("FailedAt":"2025-12-30T14:07:40.125001Z","Value":"{\"FlightDate\": \"2016-02-30\"}"})"
    );
    const auto read = decode_failure(record);
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(*read, failure);
    EXPECT_EQ(uuid_of_outcome(record), id());

    failure.id.reset();
    failure.value = "A\xFF" + std::string(20'000, 'x');
    const auto cut = decode_failure(encode_failure(failure));
    ASSERT_TRUE(cut.has_value());
    EXPECT_EQ(cut->id, std::nullopt);
    EXPECT_EQ(cut->value, "A\uFFFD" + std::string(9'996, 'x'));

    EXPECT_FALSE(decode_failure("[]").has_value());
    EXPECT_FALSE(decode_failure("{}").has_value());
}

// Goal: ids are the same everywhere: the hash was computed with sha256sum.
TEST(ObjectId, IsDerivedFromTheRequest) {
    const ObjectId derived = document_id(id(), 0x5d8dcb10);
    EXPECT_EQ(derived.to_string().substr(0, 8), "5d8dcb10");
    EXPECT_EQ(derived.to_string().substr(8), "63533a376cce18f1");
    EXPECT_EQ(document_id(full_prediction().request), document_id(id(), 1'767'103'660));
    EXPECT_EQ(document_id(id(), 0).to_string().substr(0, 8), "00000000");
    EXPECT_EQ(ObjectId::parse(derived.to_string()), derived);
    EXPECT_EQ(ObjectId::parse("5D8DCB105E8B5622696D6F2E")->to_string(), "5d8dcb105e8b5622696d6f2e");
    for (const auto* text :
         {"", "5d8dcb105e8b5622696d6f2", "5d8dcb105e8b5622696d6f2g", "5d8dcb105e8b5622696d6f2e0"}) {
        EXPECT_EQ(ObjectId::parse(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace flightcast::flight
