// SPDX-License-Identifier: Apache-2.0
#include "flight/intake.h"

#include <gtest/gtest.h>

#include <string>

#include "flight/document_json.h"
#include "flight/golden_testing.h"

namespace flightcast::flight {
namespace {

constexpr std::string_view kRoutes =
    "{\"Origin\":\"ATL\",\"Dest\":\"SFO\",\"Distance\":2139.0}\n"
    "\n"
    " {\"Distance\": 198.917, \"Dest\": \"JNU\", \"Origin\": \"YAK\", \"more\": [1]}\r\n"
    "{\"Origin\":\"ATL\",\"Dest\":\"SFO\",\"Distance\":1}\n"
    "{\"Origin\":\"SFO\",\"Dest\":\"ATL\",\"Distance\":2140}";

const RouteTable& routes() {
    static const base::Result<RouteTable> table = RouteTable::parse(kRoutes);
    return table.value();
}

Fields default_form() {
    Fields fields;
    fields.dep_delay = "5";
    fields.carrier = "AA";
    fields.flight_date = "2016-12-25";
    fields.origin = "ATL";
    fields.dest = "SFO";
    return fields;
}

std::expected<Request, FieldError> made_of(const Fields& fields) {
    return make_request(fields, routes(), LocalTime());
}

// Goal: a bad line of a route file is named by its number, with its fault.
TEST(RouteTable, NamesTheBadLine) {
    const std::string good = R"({"Origin":"ATL","Dest":"SFO","Distance":2139.0})";
    const std::pair<std::string, std::string_view> cases[] = {
        {"", "there is none"},
        {"\n \r\n", "there is none"},
        {"nonsense", "line 1: not a JSON object"},
        {good + "\n\n" + good.substr(0, 20), "line 3: not a JSON object"},
        {good + "\n[1]", "line 2: not a JSON object"},
        {R"({"Dest":"SFO","Distance":1})", "line 1: Origin"},
        {R"({"Origin":"","Dest":"SFO","Distance":1})", "line 1: Origin"},
        {R"({"Origin":"A\u0000","Dest":"SFO","Distance":1})", "line 1: Origin"},
        {R"({"Origin":"ATL","Dest":null,"Distance":1})", "line 1: Dest"},
        {R"({"Origin":"ATL","Dest":"SFO"})", "line 1: Distance"},
        {R"({"Origin":"ATL","Dest":"SFO","Distance":"1"})", "line 1: Distance"},
        {R"({"Origin":"ATL","Dest":"SFO","Distance":-1})", "line 1: Distance"},
        {R"({"Origin":"ATL","Dest":"SFO","Distance":1e999})", "line 1: Distance"},
    };
    for (const auto& [text, detail] : cases) {
        const auto table = RouteTable::parse(text);
        ASSERT_FALSE(table.has_value()) << text;
        EXPECT_NE(table.error().detail.find(detail), std::string::npos) << table.error().detail;
    }
}

// Goal: routes are directed, and their names are compared exactly.
TEST(RouteTable, FindsDistances) {
    const RouteTable& table = routes();
    EXPECT_EQ(table.size(), 3U);
    EXPECT_EQ(table.distance("ATL", "SFO"), 2139.0);
    EXPECT_EQ(table.distance("SFO", "ATL"), 2140.0);
    EXPECT_EQ(table.distance("YAK", "JNU"), 198.917);
    EXPECT_EQ(table.distance("JNU", "YAK"), std::nullopt);
    EXPECT_EQ(table.distance("atl", "SFO"), std::nullopt);
    EXPECT_EQ(table.distance("ATL ", "SFO"), std::nullopt);
    EXPECT_EQ(table.distance("", ""), std::nullopt);
    EXPECT_EQ(table.distance("A", std::string("TL\0SFO", 6)), std::nullopt);
    EXPECT_EQ(table.distance(std::string(100, 'A'), "SFO"), std::nullopt);
    EXPECT_EQ(table.origins(), (std::vector<std::string>{"ATL", "SFO", "YAK"}));
    EXPECT_EQ(table.dests(), (std::vector<std::string>{"ATL", "JNU", "SFO"}));
}

// Goal: all routes in one order, whatever the file's.
TEST(RouteTable, ListsItsRoutes) {
    const std::vector<KnownRoute> expected = {
        {"ATL", "SFO", 2139.0}, {"SFO", "ATL", 2140.0}, {"YAK", "JNU", 198.917}
    };
    EXPECT_EQ(routes().sorted(), expected);
}

// Goal: the routes inside the program can be read, all of them.
TEST(RouteTable, ReadsTheReferenceData) {
    std::string text;
    for (const std::string& line :
         lines_of_file(FLIGHTCAST_SOURCE_DIR "/data/origin_dest_distances.jsonl")) {
        text += line + "\n";
    }
    const auto table = RouteTable::parse(text);
    ASSERT_TRUE(table.has_value()) << table.error().detail;
    EXPECT_EQ(table->size(), 4'696U);
    EXPECT_EQ(table->distance("ATL", "SFO"), 2139.0);
    EXPECT_EQ(table->distance("EWR", "JFK"), 21.0);
}

struct Refused {
    std::optional<std::string> Fields::* member;
    std::optional<std::string> value;
    std::string_view field;
    std::string_view message;  // its start
};

// Goal: each bad field is named, with the accepted values.
TEST(Intake, NamesTheBadField) {
    const Refused cases[] = {
        {&Fields::dep_delay, "nan", "DepDelay", "DepDelay: 'nan' is not a finite number"},
        {&Fields::dep_delay, "-Infinity", "DepDelay", "DepDelay: '-Infinity' is not"},
        {&Fields::dep_delay, "1e999", "DepDelay", "DepDelay: '1e999' is not a finite number"},
        {&Fields::dep_delay,
         std::string(100, '9'),
         "DepDelay",
         "DepDelay: is too long; at most 64"},
        {&Fields::carrier, std::string(257, 'A'), "Carrier", "Carrier: is too long; at most 256"},
        {&Fields::flight_num, std::string(257, '1'), "FlightNum", "FlightNum: is too long"},
        {&Fields::crs_elapsed_time, "-5", "CRSElapsedTime", "CRSElapsedTime: '-5' is not a time"},
        {&Fields::crs_elapsed_time, "1441", "CRSElapsedTime", "CRSElapsedTime: '1441' is not a"},
        {&Fields::crs_elapsed_time, "nan", "CRSElapsedTime", "CRSElapsedTime: 'nan' is not a time"},
        {&Fields::origin, std::nullopt, "Origin", "Origin: is missing"},
        {&Fields::origin, "", "Origin", "Origin: is missing"},
        {&Fields::origin, "atl", "Origin", "Origin: no airport 'atl' is known; did you mean ATL?"},
        {&Fields::origin,
         "ATL ",
         "Origin",
         "Origin: no airport 'ATL ' is known; did you mean ATL?"},
        {&Fields::origin, "QQQ", "Origin", "Origin: no airport 'QQQ' is known; give an airport's"},
        {&Fields::dest, std::nullopt, "Dest", "Dest: is missing; give an airport's code, such as"},
        {&Fields::dest,
         std::string(100, 'x'),
         "Dest",
         "Dest: no airport 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...' is known"},
        {&Fields::dest, "JNU", "Dest", "Dest: no route from 'ATL' to 'JNU' is known"},
        {&Fields::flight_date, std::nullopt, "FlightDate", "FlightDate: is missing; give a date"},
        {&Fields::flight_date, "", "FlightDate", "FlightDate: is missing; give a date"},
        {&Fields::flight_date,
         "yesterday",
         "FlightDate",
         "FlightDate: 'yesterday' is not a date; "},
        {&Fields::flight_date,
         "2016-02-30",
         "FlightDate",
         "FlightDate: '2016-02-30' is no such day"},
        {&Fields::crs_dep_time, "2400", "CRSDepTime", "CRSDepTime: '2400' is not a time of day"},
        {&Fields::crs_dep_time, "930", "CRSDepTime", "CRSDepTime: '930' is not a time of day"},
        {&Fields::crs_dep_time, "10300", "CRSDepTime", "CRSDepTime: '10300' is not a time of day"},
    };
    for (const Refused& expected : cases) {
        Fields fields = default_form();
        fields.*expected.member = expected.value;
        const auto request = made_of(fields);
        ASSERT_FALSE(request.has_value()) << expected.message;
        EXPECT_EQ(request.error().field, expected.field);
        EXPECT_TRUE(request.error().message.starts_with(expected.message))
            << request.error().message;
    }
}

// Goal: of several bad fields the route is named before the date, as the original looks at them.
TEST(Intake, ChecksTheRouteFirst) {
    Fields fields = default_form();
    fields.dest = "nowhere";
    fields.flight_date = "never";
    const auto request = made_of(fields);
    ASSERT_FALSE(request.has_value());
    EXPECT_EQ(request.error().field, "Dest");
    EXPECT_EQ(
        error_body(request.error()),
        R"({"status": "ERROR", "message": "Dest: no airport 'nowhere' is known; give an airport's )"
        R"(code, such as ATL", "field": "Dest"})"
    );
}

// Goal: a missing optional field is null, an empty one stays empty, and day numbers come from the
// date.
TEST(Intake, FillsInTheRequest) {
    Fields fields = default_form();
    fields.dep_delay = "abc";
    fields.carrier.reset();
    fields.flight_num = "";
    fields.crs_dep_time = "";
    const auto request = made_of(fields);
    ASSERT_TRUE(request.has_value()) << request.error().message;
    EXPECT_EQ(request->dep_delay, std::nullopt);
    EXPECT_EQ(request->carrier, std::nullopt);
    EXPECT_EQ(request->flight_num, "");
    EXPECT_EQ(request->distance, 2139.0);
    EXPECT_EQ(request->day_of_year, 360);
    EXPECT_EQ(request->day_of_month, 25);
    EXPECT_EQ(request->day_of_week, 6);
    EXPECT_EQ(request->crs_dep_time, std::nullopt);
}

// Goal: a time of day is taken from its field, or from a date that is rewritten and so loses it.
TEST(Intake, KeepsTheTimeOfDay) {
    struct Case {
        std::string date;
        std::optional<std::string> time;
        std::string forwarded;
        std::optional<std::int32_t> crs_dep_time;
    };
    const Case cases[] = {
        {"2016-12-25T10:30", std::nullopt, "2016-12-25T10:30", std::nullopt},
        {"20161225T1030", std::nullopt, "2016-12-25", 1030},
        {"20161225T1030", "0945", "2016-12-25", 945},
        {"2016-12-25", "09:45", "2016-12-25", 945},
        {"2016-12-25", "0000", "2016-12-25", 0},
        {"2016-12-25", "2359", "2016-12-25", 2359},
    };
    for (const Case& expected : cases) {
        Fields fields = default_form();
        fields.flight_date = expected.date;
        fields.crs_dep_time = expected.time;
        const auto request = made_of(fields);
        ASSERT_TRUE(request.has_value()) << request.error().message;
        EXPECT_EQ(request->flight_date, expected.forwarded);
        EXPECT_EQ(request->crs_dep_time, expected.crs_dep_time) << expected.date;
    }
}

// Goal: all that is wrong is named at once, each field once, in the order of the form; and nothing
// exactly when a request can be made.
TEST(Intake, FindsEveryError) {
    Fields fields = default_form();
    EXPECT_TRUE(find_errors(fields, routes()).empty());
    fields.dest = "JNU";
    ASSERT_EQ(find_errors(fields, routes()).size(), 1U);
    EXPECT_EQ(find_errors(fields, routes())[0], made_of(fields).error());

    fields.dep_delay = "nan";
    fields.carrier = std::string(257, 'A');
    fields.flight_date = "never";
    fields.origin = std::string(257, 'x');
    fields.dest = "nowhere";
    fields.crs_dep_time = "noon";
    std::string named;
    for (const FieldError& error : find_errors(fields, routes())) named += error.field + " ";
    EXPECT_EQ(named, "DepDelay Carrier FlightDate Origin Dest CRSDepTime ");
}

}  // namespace
}  // namespace flightcast::flight
