// SPDX-License-Identifier: Apache-2.0
//
// The files that people have, a few rows of each: all give the flights of the Bureau's own form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/temporary_folder.h"
#include "dataset/flight_loader.h"
#include "dataset/route_file.h"

namespace flightcast::dataset {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Shape {
    std::string_view name;
    std::string_view text;
};

// Two flights: 2015-01-05 AA JFK-LAX 9:05, -5 late, arrives 7 late; 2015-01-06 B6 SEA-ANC 0:10, 5
// and -17. Besides one that was cancelled and one that has no delays.
constexpr std::array kShapes = {
    Shape{
        "prezipped",
        R"("Year","Quarter","Month","DayofMonth","DayOfWeek","FlightDate","Reporting_Airline","DOT_ID_Reporting_Airline","IATA_CODE_Reporting_Airline","Tail_Number","Flight_Number_Reporting_Airline","OriginAirportID","Origin","Dest","CRSDepTime","DepTime","DepDelay","DepDelayMinutes","ArrDelay","Cancelled","Diverted","Distance",
2015,1,1,5,1,2015-01-05,"AA","19805","AA","N1","5","12478","JFK","LAX","0905","0900",-5.00,0.00,7.00,0.00,0.00,2475.00,
2015,1,1,5,1,2015-01-05,"AA","19805","AA","N1","5","12478","JFK","LAX","0905","",,,,1.00,0.00,2475.00,
2015,1,1,5,1,2015-01-05,"AA","19805","AA","N1","5","12478","JFK","LAX","0905","",,,,0.00,0.00,2475.00,
2015,1,1,6,2,2015-01-06,"B6","20409","B6","N2","6","14747","SEA","ANC","0010","0015",5.00,5.00,-17.00,0.00,0.00,1448.00,
)"
    },
    Shape{
        "download page",
        R"("FL_DATE","OP_UNIQUE_CARRIER","OP_CARRIER_FL_NUM","ORIGIN","DEST","CRS_DEP_TIME","DEP_DELAY","ARR_DELAY","CANCELLED","DIVERTED","DISTANCE",
1/5/2015 12:00:00 AM,"AA","5","JFK","LAX","0905",-5.00,7.00,0.00,0.00,2475.00,
1/5/2015 12:00:00 AM,"AA","5","JFK","LAX","0905",,,1.00,0.00,2475.00,
1/5/2015 12:00:00 AM,"AA","5","JFK","LAX","0905",,,0.00,0.00,2475.00,
1/6/2015 12:00:00 AM,"B6","6","SEA","ANC","0010",5.00,-17.00,0.00,0.00,1448.00,
)"
    },
    Shape{
        "Kaggle 2015",
        R"(YEAR,MONTH,DAY,DAY_OF_WEEK,AIRLINE,FLIGHT_NUMBER,TAIL_NUMBER,ORIGIN_AIRPORT,DESTINATION_AIRPORT,SCHEDULED_DEPARTURE,DEPARTURE_TIME,DEPARTURE_DELAY,DISTANCE,ARRIVAL_DELAY,DIVERTED,CANCELLED,CANCELLATION_REASON
2015,1,5,1,AA,5,N1,JFK,LAX,0905,0900,-5,2475,7,0,0,
2015,1,5,1,AA,5,N1,JFK,LAX,0905,,,2475,,0,1,A
2015,1,5,1,AA,5,N1,JFK,LAX,0905,,,2475,,0,0,
2015,1,6,2,B6,6,N2,SEA,ANC,0010,0015,5,1448,-17,0,0,
)"
    },
    Shape{
        "Kaggle 2009-2018",
        R"(FL_DATE,OP_CARRIER,OP_CARRIER_FL_NUM,ORIGIN,DEST,CRS_DEP_TIME,DEP_TIME,DEP_DELAY,ARR_DELAY,CANCELLED,CANCELLATION_CODE,DIVERTED,DISTANCE,Unnamed: 27
2015-01-05,AA,5,JFK,LAX,905,900.0,-5.0,7.0,0.0,,0.0,2475.0,
2015-01-05,AA,5,JFK,LAX,905,,,,1.0,A,0.0,2475.0,
2015-01-05,AA,5,JFK,LAX,905,,,,0.0,,0.0,2475.0,
2015-01-06,B6,6,SEA,ANC,10,15.0,5.0,-17.0,0.0,,0.0,1448.0,
)"
    },
    Shape{
        "Kaggle flight status",
        R"(FlightDate,Airline,Origin,Dest,Cancelled,Diverted,CRSDepTime,DepTime,DepDelayMinutes,DepDelay,ArrDelayMinutes,Distance,Year,Month,DayofMonth,DayOfWeek,Marketing_Airline_Network,IATA_Code_Marketing_Airline,Operating_Airline ,IATA_Code_Operating_Airline,ArrDelay
2015-01-05,American Airlines Inc.,JFK,LAX,False,False,905,900.0,0.0,-5.0,7.0,2475.0,2015,1,5,1,UA,UA,AA,AA,7.0
2015-01-05,American Airlines Inc.,JFK,LAX,True,False,905,,,,,2475.0,2015,1,5,1,UA,UA,AA,AA,
2015-01-05,American Airlines Inc.,JFK,LAX,False,False,905,,,,,2475.0,2015,1,5,1,UA,UA,AA,AA,
2015-01-06,JetBlue Airways,SEA,ANC,False,False,10,15.0,5.0,5.0,0.0,1448.0,2015,1,6,2,UA,UA,B6,B6,-17.0
)"
    },
    Shape{
        "ASA Data Expo, hflights",
        R"(Year,Month,DayofMonth,DayOfWeek,DepTime,CRSDepTime,ArrTime,UniqueCarrier,FlightNum,TailNum,ArrDelay,DepDelay,Origin,Dest,Distance,Cancelled,CancellationCode,Diverted
2015,1,5,1,900,905,1200,AA,5,N1,7,-5,JFK,LAX,2475,0,,0
2015,1,5,1,NA,905,NA,AA,5,N1,NA,NA,JFK,LAX,2475,1,A,0
2015,1,5,1,NA,905,NA,AA,5,N1,NA,NA,JFK,LAX,2475,0,,0
2015,1,6,2,15,10,300,B6,6,N2,-17,5,SEA,ANC,1448,0,,0
)"
    },
    Shape{
        "nycflights13",
        R"("year","month","day","dep_time","sched_dep_time","dep_delay","arr_time","arr_delay","carrier","flight","tailnum","origin","dest","air_time","distance","hour","minute","time_hour","cancelled"
2015,1,5,900,905,-5,1200,7,"AA",5,"N1","JFK","LAX",300,2475,9,5,2015-01-05 09:00:00,0
2015,1,5,NA,905,NA,NA,NA,"AA",5,"N1","JFK","LAX",NA,2475,9,5,2015-01-05 09:00:00,1
2015,1,5,NA,905,NA,NA,NA,"AA",5,"N1","JFK","LAX",NA,2475,9,5,2015-01-05 09:00:00,0
2015,1,6,15,10,5,300,-17,"B6",6,"N2","SEA","ANC",200,1448,0,10,2015-01-06 00:00:00,0
)"
    },
    Shape{
        "spaced lower case, tabs",
        "flight date\tcarrier\torigin\tdest\tcrs dep time\tdep delay\tarr "
        "delay\tdistance\tcancelled\n"
        "2015-01-05\tAA\tJFK\tLAX\t9:05\t-5\t7\t2475\tno\n"
        "2015-01-05\tAA\tJFK\tLAX\t9:05\t\t\t2475\tyes\n"
        "2015-01-05\tAA\tJFK\tLAX\t9:05\t\\N\t\\N\t2475\tno\n"
        "2015-01-06\tB6\tSEA\tANC\t0:10\t+5\t-17\t1448\tno\n"
    },
    Shape{
        "semicolons, decimal commas",
        "sep=;\nFlightDate;Carrier;Origin;Dest;CRSDepTime;DepDelay;ArrDelay;Distance;Cancelled\r\n"
        "05.01.2015;AA;JFK;LAX;09:05;-5,0;7,0;2475;0\r\n"
        "05.01.2015;AA;JFK;LAX;09:05;;;2475;1\r\n"
        "05.01.2015;AA;JFK;LAX;09:05;;;2475;0\r\n"
        "06.01.2015;B6;SEA;ANC;00:10;5,0;-17,0;1448;0\r\n"
    },
    Shape{"JSON array", R"([
  {"FlightDate": "2015-01-05", "Carrier": "AA", "Origin": "JFK", "Dest": "LAX", "CRSDepTime": 905, "DepDelay": -5, "ArrDelay": 7, "Distance": 2475},
  {"FlightDate": "2015-01-05", "Carrier": "AA", "Origin": "JFK", "Dest": "LAX", "DepDelay": null, "Distance": 2475, "Cancelled": true},
  {"FlightDate": "2015-01-05", "Carrier": "AA", "Origin": "JFK", "Dest": "LAX", "DepDelay": NaN, "ArrDelay": NaN, "Distance": 2475},
  {
    "FlightDate": "2015-01-06", "Carrier": "B6", "Origin": "SEA",
    "Dest": "ANC", "CRSDepTime": "0010", "DepDelay": "5", "ArrDelay": "-17", "Distance": 1448.0
  }
])"},
    Shape{"objects over several lines", R"({
  "flight_date": "2015-01-05T00:00:00Z", "CARRIER": "AA", "origin": "JFK", "dest": "LAX", "crs_dep_time": "2015-01-05T09:05:00Z", "dep_delay": -5.0, "arr_delay": 7.0, "distance": 2475
}
{ "flight_date": "2015-01-05", "CARRIER": "AA", "cancelled": "1" }
{ "flight_date": "2015-01-05", "CARRIER": "AA" }
{ "flight_date": "20150106",
  "CARRIER": "B6", "origin": "SEA", "dest": "ANC", "crs_dep_time": 10, "dep_delay": 5, "arr_delay": -17, "distance": 1448 }
)"},
};

class FlightShapes : public ::testing::Test {
  protected:
    base::Result<LoadedFlights> load(std::string_view text, const LoadOptions& options = {}) {
        const std::array files = {folder_.write("flights", text)};
        return load_flights(files, options);
    }

    const base::TemporaryFolder folder_;
};

void expect_both_flights(const LoadedFlights& loaded) {
    const FlightTable& table = loaded.table;
    ASSERT_EQ(table.size(), 2U);
    EXPECT_EQ(to_string(table.day[0]), "2015-01-05");
    EXPECT_EQ(to_string(table.day[1]), "2015-01-06");
    EXPECT_EQ(table.carriers.text(table.carrier[0]), "AA");
    EXPECT_EQ(table.carriers.text(table.carrier[1]), "B6");
    EXPECT_EQ(table.airports.text(table.origin[0]), "JFK");
    EXPECT_EQ(table.airports.text(table.dest[1]), "ANC");
    EXPECT_THAT(table.scheduled_minute, ElementsAre(545, 10));
    EXPECT_THAT(table.dep_delay, ElementsAre(-5.0F, 5.0F));
    EXPECT_THAT(table.arr_delay, ElementsAre(7.0F, -17.0F));
    EXPECT_THAT(table.distance, ElementsAre(2'475.0F, 1'448.0F));
    const FileReport& report = loaded.reports.at(0);
    EXPECT_EQ(report.cancelled, 1U);
    EXPECT_EQ(report.without_delays, 1U);
    EXPECT_EQ(report.bad_rows(), 0U) << report.first_bad;
}

// `text`, which is ASCII, as UTF-16 with a byte order mark.
std::string utf16(std::string_view text, bool is_little) {
    std::string wide = is_little ? "\xFF\xFE" : "\xFE\xFF";
    for (const char c : text) {
        if (!is_little) wide += '\0';
        wide += c;
        if (is_little) wide += '\0';
    }
    return wide;
}

TEST_F(FlightShapes, AllAreReadAsTheyAre) {
    // Goal: every known shape gives the same flights, also as UTF-16 and behind a mark.
    for (const Shape& shape : kShapes) {
        SCOPED_TRACE(shape.name);
        for (const std::string& text :
             {std::string(shape.text),
              "\xEF\xBB\xBF" + std::string(shape.text),
              utf16(shape.text, true),
              utf16(shape.text, false),
              utf16(shape.text, true).substr(2)}) {
            const auto loaded = load(text);
            ASSERT_TRUE(loaded) << loaded.error().detail;
            expect_both_flights(*loaded);
        }
    }
}

TEST_F(FlightShapes, SaysWhichOfSeveralCarriersCounts) {
    // Goal: a file with the marketing and the operating airline is read by the one that flew.
    const auto loaded = load(kShapes[4].text);
    ASSERT_TRUE(loaded);
    EXPECT_THAT(
        loaded->reports[0].notes,
        ElementsAre(
            "the airline is the one that flew (Operating_Airline), not the one that sold the "
            "flight "
            "(Marketing_Airline_Network)"
        )
    );
    EXPECT_TRUE(load(kShapes[1].text)->reports[0].notes.empty());
    EXPECT_EQ(
        load(kShapes[2].text)->reports[0].reading,
        "CSV: Year from YEAR, Month from MONTH, DayOfMonth from DAY, Carrier from AIRLINE, "
        "FlightNum from FLIGHT_NUMBER, Origin from ORIGIN_AIRPORT, Dest "
        "from DESTINATION_AIRPORT, CRSDepTime from SCHEDULED_DEPARTURE, DepDelay from "
        "DEPARTURE_DELAY, ArrDelay from ARRIVAL_DELAY, Distance from DISTANCE, Cancelled from "
        "CANCELLED, Diverted from DIVERTED"
    );
}

TEST_F(FlightShapes, OtherColumnsAreGivenByName) {
    // Goal: --columns finds any file's columns, in CSV and JSON; wrong ones are refused by name.
    const auto columns =
        ColumnNames::parse("Carrier=who,FlightDate=when,DepDelay=out,ArrDelay=in,CRSDepTime=");
    ASSERT_TRUE(columns) << columns.error().detail;
    const LoadOptions options{.columns = *columns};
    const auto csv = load(
        "when,who,carrier,origin,dest,out,in,distance,CRSDepTime\n2015-01-05,AA,XX,JFK,LAX,-5,7,"
        "2475,soon\n",
        options
    );
    ASSERT_TRUE(csv) << csv.error().detail;
    EXPECT_EQ(csv->table.carriers.text(csv->table.carrier[0]), "AA");
    EXPECT_THAT(csv->table.scheduled_minute, ElementsAre(kNoScheduledMinute));
    const auto json = load(
        R"({"when":"2015-01-05","who":"AA","carrier":"XX","origin":"JFK","dest":"LAX","out":-5,"in":7,"distance":1})",
        options
    );
    ASSERT_TRUE(json) << json.error().detail;
    EXPECT_EQ(json->table.carriers.text(json->table.carrier[0]), "AA");
    const auto absent = load("when,whom,origin,dest,out,in,distance\n", options);
    ASSERT_FALSE(absent);
    EXPECT_THAT(
        absent.error().detail,
        HasSubstr(
            "has no column 'who', which --columns gives for Carrier; its columns are when, whom,"
        )
    );
    for (const std::string_view bad : {"Carrier", "Wings=a", "Carrier=a,carrier=b", "=x"}) {
        EXPECT_FALSE(ColumnNames::parse(bad)) << bad;
    }
}

TEST_F(FlightShapes, AirportNumbersAreNamedAsSuch) {
    // Goal: rows of Kaggle's October name airports by number: they are counted as that and left
    // out, unless the user says that those are the airports.
    constexpr std::string_view kText =
        "YEAR,MONTH,DAY,AIRLINE,ORIGIN_AIRPORT,DESTINATION_AIRPORT,DEPARTURE_DELAY,ARRIVAL_DELAY,"
        "DISTANCE\n"
        "2015,9,30,AA,JFK,LAX,-5,7,2475\n"
        "2015,10,1,AA,12478,12892,-5,7,2475\n"
        "2015,10,1,AA,JFK,12892,-5,7,2475\n";
    const auto loaded = load(kText, {.bad_rows_max = 0});
    ASSERT_TRUE(loaded) << loaded.error().detail;
    EXPECT_EQ(loaded->table.size(), 1U);
    EXPECT_EQ(loaded->reports[0].airport_numbers, 2U);
    const auto given = ColumnNames::parse("Origin=ORIGIN_AIRPORT,Dest=DESTINATION_AIRPORT");
    ASSERT_TRUE(given);
    EXPECT_EQ(load(kText, {.columns = *given})->table.size(), 3U);
}

TEST_F(FlightShapes, RoutesAreReadFromAnyOfThem) {
    // Goal: distances come from a table of them and from files of flights alike; a bad row is
    // shown.
    for (const Shape& shape : kShapes) {
        if (shape.name.starts_with("objects over")) continue;  // two of its objects name no airport
        const auto routes = load_route_file(folder_.write("routes", shape.text), {});
        ASSERT_TRUE(routes) << shape.name << ": " << routes.error().detail;
        EXPECT_EQ(routes->size(), 2U);
        EXPECT_EQ(routes->distance("JFK", "LAX"), 2'475) << shape.name;
    }
    const auto bad = load_route_file(
        folder_.write("routes", "origin,dest,distance\nATL,SFO,2139\nATL,,far\n"), {}
    );
    ASSERT_FALSE(bad);
    EXPECT_THAT(bad.error().detail, HasSubstr("routes:3: bad Distance: 'far' is not a number"));
}

TEST_F(FlightShapes, AFileOfAnotherKindIsCalledByItsName) {
    // Goal: what cannot be read is named for what it is, with what to do.
    struct Case {
        std::string text;
        std::string_view said;
    };
    const std::array cases = {
        Case{
            std::string(
                "\xFD"
                "7zXZ\0",
                6
            ) + "x",
            "is compressed with xz; unpack it with 'xz -dk'"
        },
        Case{"<!DOCTYPE html>\n<p>Log in</p>", "is an HTML page; look into it"},
        Case{"SQLite format 3", "is an SQLite database"},
        Case{"version https://git-lfs.github.com/spec/v1\noid", "is a pointer of Git LFS"},
        Case{"a,b,c\n1,2,3\n", "its columns are a, b, c; say which is which by --columns"},
        Case{"[{\"FlightDate\":\"2015-01-05\"}", "ends in the middle of a JSON array"},
        Case{"{\"foo\":1,\"bar\":2}\n", "no known field: it has foo, bar; name yours by --columns"},
    };
    for (const Case& c : cases) {
        const auto loaded = load(c.text);
        ASSERT_FALSE(loaded) << c.said;
        EXPECT_THAT(loaded.error().detail, HasSubstr(c.said));
        EXPECT_THAT(loaded.error().detail, HasSubstr("flights"));
    }
}

TEST_F(FlightShapes, DatesWithTheDayFirstSpoilAFile) {
    // Goal: one date that can only have its day first shows that the others were read wrongly: the
    // file is refused, whatever number of bad rows may pass.
    const std::string header = "FlightDate,Carrier,Origin,Dest,DepDelay,ArrDelay,Distance\n";
    const auto refused =
        load(header + "5/1/2015,AA,JFK,LAX,-5,7,2475\n13/1/2015,AA,JFK,LAX,-5,7,2475\n");
    ASSERT_FALSE(refused);
    EXPECT_THAT(
        refused.error().detail, HasSubstr(":3: bad FlightDate: '13/1/2015' has the day first")
    );
    EXPECT_TRUE(load(header + "5/1/2015,AA,JFK,LAX,-5,7,2475\n1/32/2015,AA,JFK,LAX,-5,7,2475\n"));
}

TEST_F(FlightShapes, ValuesThatCannotBeAreNoFlights) {
    // Goal: a delay of more than ten days and a distance around the world are bad, and said to be
    // so.
    const auto loaded = load(
        "FlightDate,Carrier,Origin,Dest,DepDelay,ArrDelay,Distance\n2015-01-05,AA,JFK,LAX,-5,7,"
        "2475\n"
        "2015-01-05,AA,JFK,LAX,-5,14401,2475\n2015-01-05,AA,JFK,LAX,-5,7,-30000\n"
    );
    ASSERT_TRUE(loaded) << loaded.error().detail;
    EXPECT_EQ(loaded->reports[0].bad_rows(), 2U);
    EXPECT_THAT(
        loaded->reports[0].first_bad, HasSubstr(":3: bad ArrDelay: '14401' is beyond 14400 minutes")
    );
}

TEST_F(FlightShapes, ABadCellIsShownWithItsLine) {
    // Goal: the first cell that cannot be read is shown with its line and what is wanted there, of
    // JSON the line where its object begins.
    const auto csv = load(
        "FlightDate,Carrier,Origin,Dest,DepDelay,ArrDelay,Distance,Cancelled\n"
        "2015-01-05,AA,JFK,LAX,-5,7,2475,0\n2015-01-05,AA,JFK,LAX,-5,7,2475,perhaps\n"
    );
    ASSERT_TRUE(csv) << csv.error().detail;
    EXPECT_THAT(
        csv->reports[0].first_bad,
        HasSubstr(":3: bad Cancelled: 'perhaps' is not 0 or 1, True or False")
    );
    const auto json = load(
        "[{\"FlightDate\":\"2015-01-05\",\"Carrier\":\"AA\",\"Origin\":\"JFK\",\"Dest\":\"LAX\",\n"
        "\"DepDelay\":1,\"ArrDelay\":2,\"Distance\":3},\n\n{\"FlightDate\":\"5th\"}]"
    );
    ASSERT_TRUE(json) << json.error().detail;
    EXPECT_THAT(
        json->reports[0].first_bad, HasSubstr(":4: bad FlightDate: '5th' is not a day such as")
    );
}

}  // namespace
}  // namespace flightcast::dataset
