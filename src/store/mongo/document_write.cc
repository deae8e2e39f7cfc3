// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cmath>
#include <string>

#include "flight/calendar/stored_date.h"
#include "flight/expected_delay.h"
#include "flight/failure_json.h"
#include "flight/prediction_json.h"
#include "store/mongo/document.h"

namespace flightcast::store::mongo {

using flight::Outcome;
using flight::OutcomeKind;

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

void append_key(bson_t& bson, const char* key, const std::optional<std::string>& value) {
    value ? append(bson, key, *value) : static_cast<void>(bson_append_null(&bson, key, -1));
}

void append_key(bson_t& bson, const char* key, const std::optional<std::int32_t>& value) {
    value ? bson_append_int32(&bson, key, -1, *value) : bson_append_null(&bson, key, -1);
}

void append_key(bson_t& bson, const char* key, const std::optional<double>& value) {
    value ? bson_append_double(&bson, key, -1, *value) : bson_append_null(&bson, key, -1);
}

void append_key(bson_t& bson, const char* key, const std::optional<base::WallTime>& value) {
    if (!value) {
        bson_append_null(&bson, key, -1);
        return;
    }
    const auto time = std::chrono::floor<milliseconds>(*value).time_since_epoch();
    bson_append_date_time(&bson, key, -1, time.count());
}

void append_contributions(bson_t& bson, const flight::Contributions& contributions) {
    bson_t object;
    BSON_APPEND_DOCUMENT_BEGIN(&bson, "Contributions", &object);
    const std::string base(flight::kContributionBase);
    bson_append_double(&object, base.c_str(), -1, contributions.base);
    for (const auto& [feature, change] : contributions.changes) {
        bson_append_double(&object, feature.c_str(), -1, change);
    }
    bson_append_document_end(&bson, &object);
}

// Values are doubles that a float holds, so that they come back as they were.
void append_online(bson_t& bson, const flight::Request& request) {
    const flight::OnlineValues& online = *request.online;
    bson_t object;
    BSON_APPEND_DOCUMENT_BEGIN(&bson, "Online", &object);
    bson_append_int32(&object, "Fold", -1, static_cast<std::int32_t>(online.fold));
    if (online.arrival_offset) {
        bson_append_int64(&object, "ArrivalOffset", -1, *online.arrival_offset);
    }
    if (const auto expected = flight::expected_delay(request)) {
        bson_append_double(&object, "ExpectedArrDelay", -1, expected->minutes);
        bson_append_double(&object, "Low", -1, expected->low);
        bson_append_double(&object, "High", -1, expected->high);
    }
    bson_t array;
    BSON_APPEND_ARRAY_BEGIN(&object, "Values", &array);
    for (std::size_t i = 0; i < online.values.size(); ++i) {
        const std::string index = std::to_string(i);
        const double value = online.values[i];
        std::isfinite(value) ? bson_append_double(&array, index.c_str(), -1, value)
                             : bson_append_null(&array, index.c_str(), -1);
    }
    bson_append_array_end(&object, &array);
    bson_append_document_end(&bson, &object);
}

void append_own_fields(bson_t& bson, const flight::Prediction& prediction) {
    const flight::Request& request = prediction.request;
    if (request.flight_num) append_key(bson, "FlightNum", request.flight_num);
    if (request.crs_dep_time) append_key(bson, "CRSDepTime", request.crs_dep_time);
    if (request.requested_at) append_key(bson, "RequestedAt", request.requested_at);
    if (prediction.probabilities) {
        bson_t array;
        BSON_APPEND_ARRAY_BEGIN(&bson, "Probabilities", &array);
        for (std::size_t i = 0; i < prediction.probabilities->size(); ++i) {
            const std::string index = std::to_string(i);
            bson_append_double(&array, index.c_str(), -1, (*prediction.probabilities)[i]);
        }
        bson_append_array_end(&bson, &array);
    }
    if (prediction.model) append_key(bson, "Model", prediction.model);
    if (prediction.scored_at) append_key(bson, "ScoredAt", prediction.scored_at);
    if (prediction.contributions) append_contributions(bson, *prediction.contributions);
    if (request.online) append_online(bson, request);
}

NewDocument prediction_document(const flight::Prediction& prediction, const DocumentForm& form) {
    const flight::Request& request = prediction.request;
    std::optional<base::WallTime> asked;
    if (request.timestamp) asked = form.zone.to_wall(*request.timestamp);
    std::optional<base::WallTime> date;
    if (request.flight_date) date = flight::stored_date(*request.flight_date, form.zone);
    std::optional<std::string> route;
    if (!prediction.route.empty()) route = prediction.route;

    NewDocument document{.id = flight::document_id(request), .body = new_bson()};
    bson_t& body = *document.body;
    append_key(body, "Origin", request.origin);
    append_key(body, "DayOfWeek", request.day_of_week);
    append_key(body, "DayOfYear", request.day_of_year);
    append_key(body, "DayOfMonth", request.day_of_month);
    append_key(body, "Dest", request.dest);
    append_key(body, "DepDelay", request.dep_delay);
    append_key(body, "Timestamp", asked);
    append_key(body, "FlightDate", date);
    append_key(body, "Carrier", request.carrier);
    append(body, "UUID", request.id.to_string());
    append_key(body, "Distance", request.distance);
    append_key(body, "Route", route);
    bson_append_double(&body, "Prediction", -1, prediction.predicted);
    if (form.fields == flight::ResponseFields::all) append_own_fields(body, prediction);
    return document;
}

NewDocument failure_document(const base::Uuid& id, const flight::Failure& failure) {
    // Its request may have had no time that could be read, so the id never depends on one.
    NewDocument document{.id = flight::document_id(id, 0), .body = new_bson()};
    bson_t& body = *document.body;
    append(body, "UUID", id.to_string());
    append(body, "Reason", failure.reason);
    append(body, "Message", failure.message);
    append(body, "Stage", failure.stage);
    append(body, "Topic", failure.topic);
    bson_append_int32(&body, "Partition", -1, failure.partition);
    bson_append_int64(&body, "Offset", -1, failure.offset);
    append_key(body, "FailedAt", std::optional(failure.failed_at));
    const microseconds rest =
        failure.failed_at - std::chrono::floor<milliseconds>(failure.failed_at);
    bson_append_int32(&body, "FailedAtMicros", -1, static_cast<std::int32_t>(rest.count()));
    append(body, "Value", failure.value);
    return document;
}

NewDocument raw_document(const Outcome& outcome) {
    NewDocument document{.id = flight::document_id(outcome.id, 0), .body = new_bson()};
    append(*document.body, "UUID", outcome.id.to_string());
    append(*document.body, "Record", outcome.json);
    return document;
}

}  // namespace

NewDocument document_of(const Outcome& outcome, const DocumentForm& form) {
    if (outcome.kind == OutcomeKind::prediction) {
        const auto prediction = flight::decode_prediction(outcome.json, form.zone);
        if (prediction) return prediction_document(*prediction, form);
    } else {
        const auto failure = flight::decode_failure(outcome.json);
        if (failure) return failure_document(outcome.id, *failure);
    }
    return raw_document(outcome);
}

bson_oid_t to_oid(const flight::ObjectId& id) {
    static_assert(sizeof(bson_oid_t) == sizeof(id.bytes));
    bson_oid_t oid;
    bson_oid_init_from_data(&oid, id.bytes.data());
    return oid;
}

}  // namespace flightcast::store::mongo
