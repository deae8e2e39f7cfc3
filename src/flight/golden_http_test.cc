// SPDX-License-Identifier: Apache-2.0
//
// Requests that were sent to the original HTTP server and their traces (testdata/README.md):
// the record that it produced, the record that the job answered and the document that it served.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "flight/calendar/timestamp.h"
#include "flight/document_json.h"
#include "flight/golden_testing.h"
#include "flight/intake.h"
#include "flight/prediction_json.h"
#include "flight/request_json.h"

namespace flightcast::flight {
namespace {

namespace json = boost::json;

constexpr std::string_view kRoutes = R"({"Origin":"ATL","Dest":"SFO","Distance":2139.0}
{"Origin":"JFK","Dest":"LAX","Distance":2475.0}
)";

// The recording keeps each byte of a record as one character.
std::string bytes_of(const json::value& text) {
    const std::string utf8(text.as_string());
    std::string bytes;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        if (lead < 0x80) {
            bytes += utf8[i];
        } else {
            bytes += static_cast<char>(
                (lead & 3U) << 6U | (static_cast<unsigned char>(utf8[++i]) & 63U)
            );
        }
    }
    return bytes;
}

std::string value_at(const json::object& row, std::string_view record) {
    return bytes_of(row.at(record).at("value"));
}

std::string header_value(std::string_view message, std::string_view name) {
    const std::size_t at = message.find("\r\n" + std::string(name) + ": ");
    if (at == std::string_view::npos) return {};
    const std::size_t start = at + name.size() + 4;
    return std::string(message.substr(start, message.find("\r\n", start) - start));
}

// Digits that Spark takes for a count of days, or for nothing.
bool is_misread_by_spark(std::string_view date) {
    return date == "20160229" || date == "201612-25";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    if (at != std::string::npos) text.replace(at, from.size(), to);
    return text;
}

// The gateway's record for a form that the original accepted.
std::string check_request(const json::object& row, const Fields& fields, const RouteTable& routes) {
    const std::string sent = value_at(row, "kafka_request");
    const json::value sent_json = json::parse(sent);
    const auto now = parse_timestamp(sent_json.at("Timestamp").as_string(), TimeZone());
    const auto id = base::Uuid::parse(sent_json.at("UUID").as_string());
    EXPECT_TRUE(now && id);
    EXPECT_EQ(accepted_body(*id), row.at("response").at("body").as_string());

    auto request = make_request(fields, routes, *now);
    EXPECT_TRUE(request.has_value());
    if (!request) return {};
    request->id = *id;
    const std::string typed = "\"FlightDate\": \"" + *fields.flight_date + '"';
    const std::string forwarded = "\"FlightDate\": \"" + *request->flight_date + '"';
    const std::string record = encode_request(*request);
    EXPECT_EQ(record, replaced(sent, typed, forwarded));
    return record;
}

// The scorer's answer to that record, with the original's prediction.
std::string response_to(const std::string& record, double predicted) {
    const auto read = decode_request(record, TimeZone());
    EXPECT_TRUE(read.has_value());
    if (!read) return {};
    Prediction prediction;
    prediction.request = *read;
    prediction.route = route_of(*read);
    prediction.predicted = predicted;
    return encode_prediction(prediction, ResponseFields::original, TimeZone());
}

// The gateway's answer to a client that polls for that response, under the original's object id.
std::string answer_of(const std::string& response, const std::string& polled) {
    const auto stored = decode_prediction(response, TimeZone());
    const json::value document = json::parse(polled).at("prediction");
    const auto object_id = ObjectId::parse(document.at("_id").at("$oid").as_string());
    EXPECT_TRUE(stored && object_id);
    if (!stored || !object_id) return {};
    return ok_body(
        stored->request.id.to_string(), {.prediction = *stored, .object_id = *object_id}, TimeZone()
    );
}

void check_accepted(const json::object& row, const Fields& fields, const RouteTable& routes) {
    const std::string record = check_request(row, fields, routes);
    const std::string original = value_at(row, "kafka_response");
    const std::string response =
        response_to(record, json::parse(original).at("Prediction").to_number<double>());
    if (is_misread_by_spark(*fields.flight_date)) return;
    EXPECT_EQ(response, original);
    if (!row.contains("poll") || !row.at("poll").as_object().contains("body")) return;
    const std::string polled(row.at("poll").at("body").as_string());
    EXPECT_EQ(answer_of(response, polled), polled);
}

void check_row(const json::object& row, const RouteTable& routes) {
    const std::string message(row.at("request").as_string());
    if (!message.starts_with("POST /flights/delays/predict/classify_realtime HTTP")) return;
    const std::string body = message.substr(message.find("\r\n\r\n") + 4);
    const auto fields = parse_form(header_value(message, "Content-Type"), body);
    const bool accepted = row.contains("kafka_request");
    if (!fields) {
        EXPECT_FALSE(accepted) << fields.error().detail;
        return;
    }
    if (accepted) {
        check_accepted(row, *fields, routes);
    } else {
        const auto request = make_request(*fields, routes, LocalTime());
        ASSERT_FALSE(request.has_value());
        EXPECT_TRUE(request.error().message.starts_with(request.error().field + ": "));
    }
}

// Goal: forms that the original accepted give its records and its answers byte for byte (but for
// dates that Spark misreads, which are rewritten), and forms that it answered with a server error
// are refused with a field's name.
TEST(GoldenHttp, ExchangesAreRepeated) {
    const auto routes = RouteTable::parse(kRoutes);
    ASSERT_TRUE(routes.has_value()) << routes.error().detail;
    const auto files =
        golden_files(FLIGHTCAST_SOURCE_DIR, "original_http.jsonl", "original_http.jsonl");
    for (const auto& file : files) {
        std::size_t rows = 0;
        for (const std::string& line : lines_of_file(file)) {
            const json::value row = json::parse(line);
            SCOPED_TRACE(std::string(row.at("case").as_string()));
            check_row(row.as_object(), *routes);
            ++rows;
        }
        EXPECT_GE(rows, 20U) << file;
    }
}

}  // namespace
}  // namespace flightcast::flight
