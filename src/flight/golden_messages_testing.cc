// SPDX-License-Identifier: Apache-2.0
#include "flight/golden_messages_testing.h"

#include <algorithm>
#include <boost/json.hpp>

#include "flight/golden_testing.h"
#include "flight/prediction_json.h"

namespace flightcast::flight {
namespace {

namespace json = boost::json;

// Kinds of values that we treat otherwise, told by the original's answer:
//   {"Prediction":3.0}  it could not read the value, or there was none: a dead letter, "not_json"
//   or
//                       "empty" ("no_uuid" where the object has none of the known keys)
//   no UUID in it, or one that is none: nobody could be given the answer: a dead letter, "no_uuid"
//   none, the job dies  an impossible date: a dead letter, "bad_date", and we go on
// and the values below.
struct Difference {
    std::string_view note;    // the golden row
    std::string_view expect;  // a fault's reason, a part of the response, or "-Key": a missing key
    std::string_view why;
};

constexpr std::string_view kShorter = "the shortest digits, as Java has them since version 19";
constexpr std::string_view kNoText = "an array or object is no text, so the field is null";
constexpr std::string_view kYears = "no year of four digits: a date that nobody can mean";

constexpr Difference kDifferences[] = {
    {"DepDelay = 2.0E23", R"("DepDelay":2.0E23)", kShorter},
    {"DepDelay = 1e23", R"("DepDelay":1.0E23)", kShorter},
    {R"(Carrier = {"a": [1, "x"]})", "-Carrier", kNoText},
    {R"(Carrier = [1, 2.0 ,"y"])", "-Carrier", kNoText},
    {R"(Timestamp = "15:07:40")", "-Timestamp", "it would depend on the day of the run"},
    {R"(FlightDate = "20161225")", R"("FlightDate":"2016-12-25")", "Spark counts it as days"},
    {R"(FlightDate = "17160")", "bad_date", kYears},
    {R"(FlightDate = "-0044-03-15")", "bad_date", kYears},
    {R"(FlightDate = "+12016-12-25")", "bad_date", kYears},
    {"very long number", R"("DepDelay":5.0)", "it is JSON, and there is no need for a limit"},
};

const Difference* find_difference(std::string_view note) {
    const auto* found =
        std::find_if(std::begin(kDifferences), std::end(kDifferences), [&](const Difference& row) {
            return row.note == note;
        });
    return found == std::end(kDifferences) ? nullptr : found;
}

std::string base64_decoded(std::string_view text) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string result;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::size_t value = kAlphabet.find(c);
        if (value == std::string_view::npos) break;
        bits = (bits << 6U) | static_cast<unsigned>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        result += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
    }
    return result;
}

std::optional<std::string> value_of(const json::object& row) {
    if (const auto* encoded = row.if_contains("request_base64")) {
        return base64_decoded(encoded->as_string());
    }
    const json::value& request = row.at("request");
    if (request.is_null()) return std::nullopt;
    return std::string(request.as_string());
}

std::string answer_in(const json::object& row, const char* zone) {
    const json::value& response = row.at("response");
    if (response.is_null()) return {};
    const json::value& answer = response.at(zone);
    return answer.is_null() ? std::string() : std::string(answer.as_string());
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

bool is_as_listed(std::string_view answer, std::string_view expect) {
    if (expect.starts_with('"')) return contains(answer, expect);
    if (!expect.starts_with('-')) return answer == expect;
    const std::string key = '"' + std::string(expect.substr(1)) + "\":";
    return answer.starts_with('{') && !contains(answer, key);
}

// `original` is empty if the job dies.
bool is_expected(std::string_view answer, std::string_view original) {
    if (original.empty()) return answer == "bad_date";
    if (original == R"({"Prediction":3.0})") {
        return answer == "not_json" || answer == "empty" || answer == "no_uuid";
    }
    if (!uuid_of_outcome(original)) return answer == "no_uuid";
    return answer == original;
}

}  // namespace

std::vector<GoldenMessage> golden_messages(const std::filesystem::path& file) {
    std::vector<GoldenMessage> messages;
    for (const std::string& line : lines_of_file(file)) {
        const json::value row = json::parse(line);
        if (row.at("kind").as_string() != "message") continue;
        GoldenMessage message{
            .note = std::string(row.at("note").as_string()),
            .value = value_of(row.as_object()),
            .answers = {},
        };
        for (const char* zone : kGoldenZones) {
            message.answers.push_back(answer_in(row.as_object(), zone));
        }
        messages.push_back(std::move(message));
    }
    return messages;
}

bool is_golden_answer(const GoldenMessage& message, std::size_t zone, std::string_view ours) {
    const Difference* const difference = find_difference(message.note);
    if (difference != nullptr) return is_as_listed(ours, difference->expect);
    return is_expected(ours, message.answers[zone]);
}

}  // namespace flightcast::flight
