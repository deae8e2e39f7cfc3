// SPDX-License-Identifier: Apache-2.0
#include "dataset/row/cells.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "dataset/row/date_text.h"
#include "dataset/row/flight_field.h"

namespace flightcast::dataset {
namespace {

TEST(Cells, KnowsMarksOfMissingValues) {
    // Goal: the marks of R, pandas, Spark, Hive, MySQL and Excel for "none" are empty; names that
    // look alike are not.
    for (const std::string_view missing :
         {"",
          " ",
          "\t",
          "NA",
          " NA ",
          "N/A",
          "#N/A",
          "<NA>",
          "NaN",
          "nan",
          "NaT",
          "null",
          "NULL",
          "None",
          "none",
          "\\N"}) {
        EXPECT_EQ(without_marks(missing), "") << missing;
    }
    for (const std::string_view there :
         {"0", "-", "NAN", "NAP", "N", "NK", "Nome", "-5", "no", "nano", "\\"}) {
        EXPECT_EQ(without_marks(there), there);
    }
    EXPECT_EQ(without_marks(" AA\t"), "AA");
}

TEST(Cells, ReadsNumbers) {
    // Goal: signs, fractions and exponents pass in every form that the gateway takes; text that is
    // no finite number is refused, never cut short.
    struct Case {
        std::string_view text;
        double number;
    };
    for (const Case& c :
         {Case{"5", 5},
          Case{"+5", 5},
          Case{"-5", -5},
          Case{"-5.00", -5},
          Case{".5", 0.5},
          Case{"5.", 5},
          Case{"1e3", 1'000},
          Case{"-0.0", 0},
          Case{"1_000", 1'000},
          Case{"0005", 5}}) {
        ASSERT_TRUE(parse_number(c.text)) << c.text;
        EXPECT_EQ(*parse_number(c.text), c.number) << c.text;
    }
    for (const std::string_view bad :
         {"",
          "soon",
          "5 min",
          "5,25",
          "1e999",
          "inf",
          "-inf",
          "nan",
          "0x10",
          "--5",
          "+-5",
          "5-",
          "1.2.3",
          "\xFF"}) {
        EXPECT_FALSE(parse_number(bad)) << bad;
    }
    EXPECT_EQ(parse_number("-5,25", DecimalMark::point_or_comma), -5.25);
    EXPECT_EQ(parse_number("+5,25", DecimalMark::point_or_comma), 5.25);
    EXPECT_EQ(parse_number("5.25", DecimalMark::point_or_comma), 5.25);
    EXPECT_FALSE(parse_number("1,234.5", DecimalMark::point_or_comma));
    EXPECT_EQ(parse_whole("905.0"), 905);
    EXPECT_EQ(parse_whole("+905"), 905);
    EXPECT_FALSE(parse_whole("905.5"));
    EXPECT_FALSE(parse_whole("1e300"));
}

TEST(Cells, ReadsFlagsAndAirportNumbers) {
    // Goal: every way to write yes and no; other text is refused instead of being a no.
    for (const std::string_view yes :
         {"1", "1.00", "1.0", "True", "true", "TRUE", "T", "yes", "Y"}) {
        EXPECT_EQ(parse_flag(yes), true) << yes;
    }
    for (const std::string_view no : {"0", "0.00", "False", "false", "f", "No", "n"}) {
        EXPECT_EQ(parse_flag(no), false) << no;
    }
    for (const std::string_view bad : {"", "2", "0.5", "maybe", "on"}) {
        EXPECT_FALSE(parse_flag(bad)) << bad;
    }
    EXPECT_TRUE(is_airport_number("14747"));
    for (const std::string_view code : {"SEA", "1G4", "147477", "1474", ""}) {
        EXPECT_FALSE(is_airport_number(code)) << code;
    }
}

struct DayCase {
    std::string_view text;
    std::string_view day;
    std::optional<std::int16_t> minute = std::nullopt;
};

TEST(DateText, ReadsDaysAsFilesWriteThem) {
    // Goal: each way to write a day gives it; midnight is a day and no time of day, also when it is
    // midnight in UTC only.
    constexpr std::array kCases = {
        DayCase{"2015-04-01", "2015-04-01"},
        DayCase{"2015-4-1", "2015-04-01"},
        DayCase{"2015/04/01", "2015-04-01"},
        DayCase{"20150401", "2015-04-01"},
        DayCase{"20150401.0", "2015-04-01"},
        DayCase{"4/1/2015", "2015-04-01"},
        DayCase{"04/01/2015", "2015-04-01"},
        DayCase{"1.4.2015", "2015-04-01"},
        DayCase{"1427846400000", "2015-04-01"},
        DayCase{"4/1/2015 12:00:00 AM", "2015-04-01"},
        DayCase{"4/1/2015 0:00", "2015-04-01"},
        DayCase{"2015-04-01T00:00:00.000Z", "2015-04-01"},
        DayCase{"2015-04-01 00:00:00.000000000", "2015-04-01"},
        DayCase{"2015-04-01T00:00:00+02:00", "2015-04-01"},
        DayCase{"2015-12-30T16:00:00.000-08:00", "2015-12-31"},
        DayCase{"2015-12-31T02:00:00+02:00", "2015-12-31"},
        DayCase{"2015-12-31 05:30+0530", "2015-12-31"},
        DayCase{"2015-04-01T06:30", "2015-04-01", 390},
        DayCase{"20150401T0630", "2015-04-01", 390},
        DayCase{"4/1/2015 6:30:00 PM", "2015-04-01", 1'110},
        DayCase{"2015-04-01T06:30:00-05:00", "2015-04-01", 390},
        DayCase{"2016-12", "2016-12-01"},
    };
    for (const DayCase& c : kCases) {
        const auto read = parse_day_time(c.text);
        ASSERT_TRUE(read) << c.text;
        EXPECT_EQ(to_string(read->day), c.day) << c.text;
        EXPECT_EQ(read->minute, c.minute) << c.text;
    }
    for (const std::string_view bad :
         {"",
          "soon",
          "2015-02-30",
          "2015-13-01",
          "13/1/2015",
          "32.1.2015",
          "2015-04-01x",
          "2015-04-01T",
          "2015-04-01T25:00",
          "2015-04-01T10:60",
          "2015-04-01T10:00x",
          "4/1/2015 13:00 PM",
          "4/1/15",
          "99999999",
          "1e99",
          "\xFF\xFE"}) {
        EXPECT_FALSE(parse_day_time(bad)) << bad;
    }
}

TEST(DateText, ReadsTimesAsFilesWriteThem) {
    // Goal: hhmm with and without zeros, clocks of both kinds and timestamps; other text is
    // refused.
    struct Case {
        std::string_view text;
        int minute;
    };
    for (const Case& c :
         {Case{"905", 545},
          Case{"0905", 545},
          Case{"905.0", 545},
          Case{"0", 0},
          Case{"5", 5},
          Case{"2400", 0},
          Case{"2359", 1'439},
          Case{"9:05", 545},
          Case{"09:05:59", 545},
          Case{"9:05 AM", 545},
          Case{"9:05 pm", 1'265},
          Case{"12:00 AM", 0},
          Case{"12:00 PM", 720},
          Case{"2015-12-31T11:05:00.000Z", 665},
          Case{"2015-12-31T03:05:00.000-08:00", 665},
          Case{"2015-12-31T23:30:00+01:00", 1'350},
          Case{"1/5/2015 11:05:00 AM", 665},
          Case{"24:00", 0}}) {
        ASSERT_TRUE(parse_minute_of_day(c.text)) << c.text;
        EXPECT_EQ(*parse_minute_of_day(c.text), c.minute) << c.text;
    }
    for (const std::string_view bad :
         {"",
          "noon",
          "1260",
          "2401",
          "-5",
          "905.5",
          "9:60",
          "24:01",
          "13:00 PM",
          "0:30 AM",
          "2015-12-31",
          "2015-12-31T",
          "2015-12-31Tx",
          "2015-12-31T10:00+",
          "2015-12-31T10:00+1"}) {
        EXPECT_FALSE(parse_minute_of_day(bad)) << bad;
    }
}

TEST(FlightField, NamesAreComparedWithoutCaseAndMarks) {
    // Goal: each known name is found in other clothes, and no two fields share one.
    for (std::size_t i = 0; i < kFlightFieldCount; ++i) {
        const auto field = static_cast<FlightField>(i);
        EXPECT_EQ(find_field(name_of(field)), field) << name_of(field);
        for (const std::string_view name : names_of(field)) {
            EXPECT_EQ(find_field(name), field) << name;
            EXPECT_EQ(find_field(" " + comparable(name) + "_"), field) << name;
        }
    }
    EXPECT_EQ(comparable("CRS_DEP_TIME"), comparable("CRSDepTime"));
    EXPECT_EQ(comparable("Operating_Airline "), "operatingairline");
    EXPECT_EQ(find_field("DepDelayMinutes"), std::nullopt) << "it is 0 for early flights";
    EXPECT_EQ(find_field("DEP_TIME"), std::nullopt) << "it is not the scheduled one";
}

}  // namespace
}  // namespace flightcast::dataset
