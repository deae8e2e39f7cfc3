// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/bodies/flight_body.h"

#include <gtest/gtest.h>

#include <string>

namespace flightcast::gateway::api {
namespace {

const flight::RouteTable& routes() {
    static const auto table = flight::RouteTable::parse(
        "{\"Origin\":\"ATL\",\"Dest\":\"SFO\",\"Distance\":2139.0}\n"
        "{\"Origin\":\"SFO\",\"Dest\":\"ATL\",\"Distance\":2140}"
    );
    return table.value();
}

constexpr std::string_view kGood =
    R"({"DepDelay":5,"Carrier":"AA","FlightDate":"2016-12-25","Origin":"ATL","Dest":"SFO"})";

// The default flight with one member in another way.
std::string with(const std::string& member, const std::string& json) {
    std::string text(kGood);
    const std::size_t start = text.find("\"" + member + "\":") + member.size() + 3;
    const std::size_t end = text.find_first_of(",}", start);
    return text.replace(start, end - start, json);
}

std::string with_more(const std::string& members) {
    return std::string(kGood.substr(0, kGood.size() - 1)) + "," + members + "}";
}

// "pointer: detail" of each error, one a line.
std::string errors_of(std::string_view body) {
    const auto flights = read_flights(body, routes());
    if (flights) return "none";
    std::string lines;
    for (const FieldProblem& error : flights.error().errors) {
        lines += error.pointer + ": " + error.detail + "\n";
    }
    return lines.empty() ? flights.error().detail : lines;
}

TEST(FlightBody, NamesTheWrongField) {
    // Goal: type, value, absence and name of each member are checked; the pointer leads to it.
    struct Case {
        std::string body;
        std::string_view error;  // its start
    };
    const Case cases[] = {
        {with("DepDelay", "\"5\""), "/DepDelay: has the wrong type; give the departure delay in"},
        {with("DepDelay", "null"), "/DepDelay: is null; give the departure delay"},
        {with("DepDelay", "true"), "/DepDelay: has the wrong type"},
        {with("DepDelay", "[5]"), "/DepDelay: has the wrong type"},
        {with("DepDelay", R"({"a":[{}]})"), "/DepDelay: has the wrong type"},
        {with("DepDelay", "1e999"), "/DepDelay: '1e999' is not a finite number"},
        {with("DepDelay", std::string(65, '1')), "/DepDelay: is too long"},
        {with("Carrier", "7"), "/Carrier: has the wrong type; give the carrier's code as a string"},
        {with("Carrier", "\"\""), "/Carrier: is empty; give the carrier's code"},
        {with("Carrier", "\"" + std::string(257, 'A') + "\""), "/Carrier: is too long"},
        {with("Origin", "\"atl\""), "/Origin: no airport 'atl' is known; did you mean ATL?"},
        {with("Dest", "\"ATL\""), "/Dest: no route from 'ATL' to 'ATL' is known"},
        {with("FlightDate", "20161225"), "/FlightDate: has the wrong type; give the date"},
        {with("FlightDate", "\"2016-02-30\""), "/FlightDate: '2016-02-30' is no such day"},
        {with_more(R"("CRSDepTime":930)"), "/CRSDepTime: has the wrong type"},
        {with_more(R"("CRSDepTime":"2400")"), "/CRSDepTime: '2400' is not a time of day"},
        {with_more(R"("CRSElapsedTime":"95")"), "/CRSElapsedTime: has the wrong type"},
        {with_more(R"("CRSElapsedTime":0)"), "/CRSElapsedTime: '0' is not a time from gate to"},
        {with_more(R"("Carrier":"AA")"), "/Carrier: is there more than once"},
        {with_more(R"("depdelay":5)"), "/depdelay: there is no such field; a flight has DepDelay"},
        {with_more(R"("a/b~c":5)"), "/a~1b~0c: there is no such field"},
    };
    for (const Case& c : cases) {
        const std::string errors = errors_of(c.body);
        EXPECT_TRUE(errors.starts_with(c.error)) << c.body << "\n" << errors;
        EXPECT_EQ(errors.find('\n'), errors.size() - 1) << errors;
    }
}

TEST(FlightBody, NamesEveryWrongField) {
    // Goal: all at once, by flight and in each the faults of types first; no field twice.
    EXPECT_EQ(
        errors_of("{}"),
        "/DepDelay: is missing; give the departure delay in minutes as a number, such as 5\n"
        "/Carrier: is missing; give the carrier's code as a string, such as \"AA\"\n"
        "/FlightDate: is missing; give the date as a string \"YYYY-MM-DD\"\n"
        "/Origin: is missing; give an airport's code as a string, such as \"ATL\"\n"
        "/Dest: is missing; give an airport's code as a string, such as \"SFO\"\n"
    );
    const std::string body =
        "[" + std::string(kGood) + ",7," + with("Origin", "\"X\"") + ",[]," +
        R"({"DepDelay":"x","Carrier":"AA","FlightDate":"never","Origin":"ATL",)"
        R"("Dest":"SFO"})" +
        "]";
    EXPECT_EQ(
        errors_of(body),
        "/1: a flight is a JSON object\n"
        "/2/Origin: no airport 'X' is known; give an airport's code, such as ATL\n"
        "/3: a flight is a JSON object\n"
        "/4/DepDelay: has the wrong type; give the departure delay in minutes as a number, such as "
        "5\n"
        "/4/FlightDate: 'never' is not a date; accepted are YYYY-MM-DD, YYYYMMDD, YYYY-MM and "
        "YYYY, "
        "optionally followed by T and a time\n"
    );
}

TEST(FlightBody, SaysWhereItIsNotJson) {
    // Goal: the place of the first fault, in lines and columns; JSON's dialects are faults.
    struct Case {
        std::string_view body;
        std::string_view detail;
    };
    const Case cases[] = {
        {"", "The body is not JSON: "},
        {"{\"DepDelay\":5,\n \"Carrier\":'AA'}", "at line 2, column 12."},
        {"{\"DepDelay\":NaN}", "at line 1, column 13."},
        {"[{}] x", "The body is not JSON: something follows it at line 1, column 6."},
        {"{\"a\":1,}", "at line 1, column 8."},
        {"{\"Carrier\":\"\xff\"}", "The body is not JSON"},
        {"7", "A flight is needed: a JSON object with"},
        {"null", "A flight is needed"},
        {"[]", "A flight is needed"},
    };
    for (const Case& c : cases) {
        const std::string errors = errors_of(c.body);
        EXPECT_NE(errors.find(c.detail), std::string::npos) << c.body << "\n" << errors;
    }
    EXPECT_NE(errors_of(std::string(1'000, '[')).find("not JSON"), std::string::npos);
}

TEST(FlightBody, TakesOneOrAThousand) {
    // Goal: the shape is kept; of a thousand and one none is taken; all errors of a batch are told.
    const auto one = read_flights(std::string(" ") + std::string(kGood) + "\n", routes());
    ASSERT_TRUE(one);
    EXPECT_EQ(one->shape, Shape::one);
    std::string thousand = "[";
    std::string bad = "[";
    for (int i = 0; i < 1'000; ++i) {
        thousand.append(i == 0 ? "" : ",").append(kGood);
        bad.append(i == 0 ? "" : ",").append("{}");
    }
    const auto list = read_flights(thousand + "]", routes());
    ASSERT_TRUE(list);
    EXPECT_EQ(list->shape, Shape::list);
    EXPECT_EQ(list->flights.size(), 1'000U);
    const auto more = read_flights(thousand + "," + std::string(kGood) + "]", routes());
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().status, 413U);
    const auto wrong = read_flights(bad + "]", routes());
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().errors.size(), 5'000U);
    EXPECT_EQ(wrong.error().detail, "5000 fields are not valid.");
}

TEST(FlightBody, KeepsWhatWasWritten) {
    // Goal: numbers keep their digits, escapes are decoded, null is absent.
    const auto flights = read_flights(
        R"({"DepDelay":-0.30000000000000004,"Carrier":"\u0041A","FlightDate":"20161225",)"
        R"("Origin":"ATL","Dest":"SFO","FlightNum":null,"CRSDepTime":"09:30"})",
        routes()
    );
    ASSERT_TRUE(flights);
    flight::Fields expected;
    expected.dep_delay = "-0.30000000000000004";
    expected.carrier = "AA";
    expected.flight_date = "20161225";
    expected.origin = "ATL";
    expected.dest = "SFO";
    expected.crs_dep_time = "09:30";
    EXPECT_EQ(flights->flights, std::vector{expected});
}

}  // namespace
}  // namespace flightcast::gateway::api
