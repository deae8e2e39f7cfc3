// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "flight/calendar/stored_date.h"
#include "flight/failure_json.h"
#include "flight/prediction_json.h"
#include "store/mongo/document.h"

namespace flightcast::store::mongo {

using flight::OutcomeKind;

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

std::optional<std::string> text_of(const bson_iter_t& value) {
    if (!BSON_ITER_HOLDS_UTF8(&value)) return std::nullopt;
    std::uint32_t length = 0;
    const char* text = bson_iter_utf8(&value, &length);
    return std::string(text, length);
}

std::optional<double> number_of(const bson_iter_t& value) {
    if (!BSON_ITER_HOLDS_NUMBER(&value)) return std::nullopt;
    return bson_iter_as_double(&value);
}

template <typename T>
std::optional<T> integer_of(const bson_iter_t& value) {
    if (!BSON_ITER_HOLDS_INT32(&value) && !BSON_ITER_HOLDS_INT64(&value)) return std::nullopt;
    const std::int64_t number = bson_iter_as_int64(&value);
    if (!std::in_range<T>(number)) return std::nullopt;
    return static_cast<T>(number);
}

// Nothing for a time that cannot be counted in microseconds.
std::optional<base::WallTime> time_of(const bson_iter_t& value) {
    if (!BSON_ITER_HOLDS_DATE_TIME(&value)) return std::nullopt;
    constexpr milliseconds kMax = std::chrono::floor<milliseconds>(microseconds::max());
    const milliseconds time(bson_iter_date_time(&value));
    if (time > kMax || time < -kMax) return std::nullopt;
    return base::WallTime(time);
}

// Everything that a document of either collection may hold.
struct Draft {
    const flight::TimeZone& zone;
    std::optional<flight::ObjectId> document_id;
    std::optional<base::Uuid> id;
    std::optional<std::string> record;
    std::optional<double> predicted;
    flight::Prediction prediction;
    flight::Failure failure;
};

void read_object_id(const bson_iter_t& value, Draft& draft) {
    if (!BSON_ITER_HOLDS_OID(&value)) return;
    flight::ObjectId id;
    std::copy_n(bson_iter_oid(&value)->bytes, id.bytes.size(), id.bytes.begin());
    draft.document_id = id;
}

void read_uuid(const bson_iter_t& value, Draft& draft) {
    if (const auto text = text_of(value)) draft.id = base::Uuid::parse(*text);
}

void read_timestamp(const bson_iter_t& value, Draft& draft) {
    if (const auto time = time_of(value)) {
        draft.prediction.request.timestamp = draft.zone.to_local(*time).local;
    }
}

void read_date(const bson_iter_t& value, Draft& draft) {
    if (const auto time = time_of(value)) {
        draft.prediction.request.flight_date = flight::flight_date_of_stored(*time, draft.zone);
    }
}

void read_route(const bson_iter_t& value, Draft& draft) {
    draft.prediction.route = text_of(value).value_or("");
}

void read_probabilities(const bson_iter_t& value, Draft& draft) {
    bson_iter_t item;
    if (!BSON_ITER_HOLDS_ARRAY(&value) || !bson_iter_recurse(&value, &item)) return;
    flight::Probabilities read{};
    std::size_t count = 0;
    while (bson_iter_next(&item)) {
        const auto number = number_of(item);
        if (!number || !std::isfinite(*number) || count == read.size()) return;
        read[count++] = *number;
    }
    if (count == read.size()) draft.prediction.probabilities = read;
}

void read_contributions(const bson_iter_t& value, Draft& draft) {
    bson_iter_t item;
    if (!BSON_ITER_HOLDS_DOCUMENT(&value) || !bson_iter_recurse(&value, &item)) return;
    flight::Contributions read;
    bool has_base = false;
    while (bson_iter_next(&item)) {
        const auto number = number_of(item);
        if (!number || !std::isfinite(*number)) return;
        const std::string_view name(bson_iter_key(&item));
        if (name == flight::kContributionBase) {
            has_base = true;
            read.base = *number;
        } else if (read.changes.size() < base::limits::kModelFeaturesMax) {
            read.changes.push_back({std::string(name), *number});
        } else {
            return;
        }
    }
    if (has_base) draft.prediction.contributions = std::move(read);
}

// Numbers, null for NaN; nothing for any other value, or for too many.
std::optional<std::vector<float>> values_of(const bson_iter_t& value) {
    bson_iter_t item;
    if (!BSON_ITER_HOLDS_ARRAY(&value) || !bson_iter_recurse(&value, &item)) return std::nullopt;
    std::vector<float> values;
    while (bson_iter_next(&item)) {
        const auto number =
            BSON_ITER_HOLDS_NULL(&item) ? std::optional<double>(NAN) : number_of(item);
        if (!number || std::isinf(*number)) return std::nullopt;
        if (values.size() == base::limits::kModelFeaturesMax) return std::nullopt;
        values.push_back(static_cast<float>(*number));
    }
    return values;
}

// The expected delay follows from the values (flight/expected_delay.h).
void read_online(const bson_iter_t& value, Draft& draft) {
    bson_iter_t item;
    if (!BSON_ITER_HOLDS_DOCUMENT(&value) || !bson_iter_recurse(&value, &item)) return;
    flight::OnlineValues online;
    std::optional<std::vector<float>> values;
    while (bson_iter_next(&item)) {
        const std::string_view name(bson_iter_key(&item));
        if (name == "Fold") {
            online.fold = integer_of<std::uint32_t>(item).value_or(0);
        } else if (name == "ArrivalOffset") {
            online.arrival_offset = integer_of<std::int64_t>(item);
        } else if (name == "Values") {
            values = values_of(item);
        }
    }
    if (!values) return;
    online.values = *std::move(values);
    draft.prediction.request.online = std::move(online);
}

void read_failed_at(const bson_iter_t& value, Draft& draft) {
    if (const auto time = time_of(value)) draft.failure.failed_at += time->time_since_epoch();
}

void read_failed_at_micros(const bson_iter_t& value, Draft& draft) {
    const auto micros = integer_of<std::int32_t>(value);
    if (micros && *micros >= 0 && *micros < 1'000) draft.failure.failed_at += microseconds(*micros);
}

template <auto member>
void read_request(const bson_iter_t& value, Draft& draft) {
    auto& field = draft.prediction.request.*member;
    using Field = std::remove_cvref_t<decltype(field)>;
    if constexpr (std::is_same_v<Field, std::optional<std::string>>) {
        field = text_of(value);
    } else if constexpr (std::is_same_v<Field, std::optional<double>>) {
        field = number_of(value);
    } else {
        field = integer_of<std::int32_t>(value);
    }
}

template <auto member>
void read_failure(const bson_iter_t& value, Draft& draft) {
    auto& field = draft.failure.*member;
    using Field = std::remove_cvref_t<decltype(field)>;
    if constexpr (std::is_same_v<Field, std::string>) {
        field = text_of(value).value_or("");
    } else {
        field = integer_of<Field>(value).value_or(0);
    }
}

struct Key {
    std::string_view name;
    void (*read)(const bson_iter_t& value, Draft& draft);
};

using flight::Failure;
using flight::Request;

constexpr std::array kKeys = {
    Key{"_id", read_object_id},
    Key{"Origin", read_request<&Request::origin>},
    Key{"DayOfWeek", read_request<&Request::day_of_week>},
    Key{"DayOfYear", read_request<&Request::day_of_year>},
    Key{"DayOfMonth", read_request<&Request::day_of_month>},
    Key{"Dest", read_request<&Request::dest>},
    Key{"DepDelay", read_request<&Request::dep_delay>},
    Key{"Timestamp", read_timestamp},
    Key{"FlightDate", read_date},
    Key{"Carrier", read_request<&Request::carrier>},
    Key{"UUID", read_uuid},
    Key{"Distance", read_request<&Request::distance>},
    Key{"Route", read_route},
    Key{"Prediction",
        [](const bson_iter_t& value, Draft& draft) { draft.predicted = number_of(value); }},
    Key{"FlightNum", read_request<&Request::flight_num>},
    Key{"CRSDepTime", read_request<&Request::crs_dep_time>},
    Key{"RequestedAt",
        [](const bson_iter_t& value, Draft& draft) {
            draft.prediction.request.requested_at = time_of(value);
        }},
    Key{"Probabilities", read_probabilities},
    Key{"Model",
        [](const bson_iter_t& value, Draft& draft) { draft.prediction.model = text_of(value); }},
    Key{"ScoredAt",
        [](const bson_iter_t& value, Draft& draft) {
            draft.prediction.scored_at = time_of(value);
        }},
    Key{"Contributions", read_contributions},
    Key{"Online", read_online},
    Key{"Reason", read_failure<&Failure::reason>},
    Key{"Message", read_failure<&Failure::message>},
    Key{"Stage", read_failure<&Failure::stage>},
    Key{"Topic", read_failure<&Failure::topic>},
    Key{"Partition", read_failure<&Failure::partition>},
    Key{"Offset", read_failure<&Failure::offset>},
    Key{"FailedAt", read_failed_at},
    Key{"FailedAtMicros", read_failed_at_micros},
    Key{"Value", read_failure<&Failure::value>},
    Key{"Record", [](const bson_iter_t& value, Draft& draft) { draft.record = text_of(value); }},
};

bool is_class(const std::optional<double>& value) {
    return value && *value >= 0 && *value < static_cast<double>(flight::kClassCount) &&
           *value == std::floor(*value);
}

// The record's text; nothing if the document lacks a required field.
std::optional<std::string> json_of(OutcomeKind kind, Draft& draft) {
    if (draft.record) return std::move(draft.record);
    if (kind == OutcomeKind::failure) {
        draft.failure.id = draft.id;
        return flight::encode_failure(draft.failure);
    }
    if (!is_class(draft.predicted)) return std::nullopt;
    draft.prediction.predicted = *draft.predicted;
    draft.prediction.request.id = *draft.id;
    return flight::encode_prediction(draft.prediction, flight::ResponseFields::all, draft.zone);
}

}  // namespace

std::optional<StoredOutcome> outcome_of(
    OutcomeKind kind, const bson_t& document, const flight::TimeZone& zone
) {
    Draft draft{.zone = zone};
    bson_iter_t value;
    if (!bson_iter_init(&value, &document)) return std::nullopt;
    while (bson_iter_next(&value)) {
        const std::string_view name(bson_iter_key(&value), bson_iter_key_len(&value));
        const auto* const key = std::ranges::find(kKeys, name, &Key::name);
        if (key != kKeys.end()) key->read(value, draft);
    }
    if (!draft.id) return std::nullopt;
    std::optional<std::string> json = json_of(kind, draft);
    if (!json) return std::nullopt;
    return StoredOutcome{
        .outcome = {.id = *draft.id, .kind = kind, .json = *std::move(json)},
        .document_id = kind == OutcomeKind::prediction ? draft.document_id : std::nullopt
    };
}

}  // namespace flightcast::store::mongo
