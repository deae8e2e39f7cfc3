// SPDX-License-Identifier: Apache-2.0
#include "flight/calendar/date.h"

#include <gtest/gtest.h>

namespace flightcast::flight {
namespace {

// Goal: text that pyiso8601 refuses is refused, and the accepted forms are named.
TEST(Date, RefusesWhatIso8601Refuses) {
    constexpr std::string_view kCases[] = {
        "",
        " ",
        "yesterday",
        "16-12-25",
        "12-25-2016",
        "-2016-12-25",
        "+2016-12-25",
        "201612",
        "201612\n",
        "2016-012-05",
        "2016-1-225x",
        "2016-W51-7",
        "2016/12/25",
        "2016-12-25 ",
        " 2016-12-25",
        "2016-12-25x",
        "2016-12-25T",
        "2016-12-25T1",
        "2016-12-25t10",
        "2016-12-25T10:00+5",
        "2016-12-25T10:00z",
        "2016-12-25T10:00:00.",
        "2016-12-25\n\n",
        "20161225T103000.5.5",
        "2016-12T10:00",
        "2016T10",
        "\xD9\xA2\xD9\xA0\xD9\xA1\xD9\xA6-12-25",
        // Of the right form, but impossible:
        "0000-01-01",
        "2016-00-01",
        "2016-13-01",
        "2016-12-00",
        "2016-02-30",
        "2015-02-29",
        "2016-12-25T24:00",
        "2016-12-25T25:00",
        "2016-12-25T10:60",
        "2016-12-25T23:59:60",
        "2016-12-25T10:00+24:00",
        "2016-12-25T10:00-23:60",
    };
    for (const std::string_view text : kCases) {
        const auto read = parse_flight_date(text);
        ASSERT_FALSE(read.has_value()) << text;
        EXPECT_EQ(read.error().code, base::Errc::invalid_argument);
        EXPECT_NE(read.error().detail.find("YYYY-MM-DD"), std::string::npos);
    }
}

struct Accepted {
    std::string_view text;
    FlightDate read;
    std::string_view forwarded;
};

constexpr FlightDate on(std::int32_t year, std::int32_t month, std::int32_t day) {
    return {.date = {.year = year, .month = month, .day = day}, .crs_dep_time = std::nullopt};
}

constexpr FlightDate at(std::int32_t hhmm) {
    return {.date = {.year = 2016, .month = 12, .day = 25}, .crs_dep_time = hhmm};
}

// Goal: every form that pyiso8601 takes gives its date, and is forwarded in a form that Spark
// reads.
TEST(Date, ReadsWhatIso8601Reads) {
    constexpr Accepted kCases[] = {
        {"2016", on(2016, 1, 1), "2016-01-01"},
        {"2016\n", on(2016, 1, 1), "2016-01-01"},
        {"2016-3", on(2016, 3, 1), "2016-03-01"},
        {"2016-03", on(2016, 3, 1), "2016-03-01"},
        {"2016-3-5", on(2016, 3, 5), "2016-03-05"},
        {"2016-12-25", on(2016, 12, 25), "2016-12-25"},
        {"2016-12-25\n", on(2016, 12, 25), "2016-12-25\n"},
        {"20160229", on(2016, 2, 29), "2016-02-29"},
        {"2016-1225", on(2016, 12, 25), "2016-12-25"},
        {"201612-25", on(2016, 12, 25), "2016-12-25"},
        {"201612-5", on(2016, 12, 5), "2016-12-05"},
        {"2016-122", on(2016, 1, 22), "2016-01-22"},
        {"0001-01-01", on(1, 1, 1), "0001-01-01"},
        {"9999-12-31", on(9999, 12, 31), "9999-12-31"},
        {"1582-10-10", on(1582, 10, 10), "1582-10-10"},
        {"2016-12-25T10", at(1000), "2016-12-25T10"},
        {"2016-12-25 1030", at(1030), "2016-12-25 1030"},
        {"2016-12-25T10:30", at(1030), "2016-12-25T10:30"},
        {"2016-12-25T10:3",
         at(1000),
         "2016-12-25T10:3"},  // A second, since a minute has two digits.
        {"2016-12-25T10:30:5", at(1030), "2016-12-25T10:30:5"},
        {"2016-12-25 23:30:00.123456789", at(2330), "2016-12-25 23:30:00.123456789"},
        {"2016-12-25T233000,5Z", at(2330), "2016-12-25T233000,5Z"},
        {"2016-12-25T00:05-05:00", at(5), "2016-12-25T00:05-05:00"},
        {"2016-12-25T10:00+0530", at(1000), "2016-12-25T10:00+0530"},
        {"2016-12-25T10:00+05:", at(1000), "2016-12-25T10:00+05:"},
        {"2016-12-25T10:00-23:59", at(1000), "2016-12-25T10:00-23:59"},
        {"20161225T1030", at(1030), "2016-12-25"},
    };
    for (const Accepted& expected : kCases) {
        const auto read = parse_flight_date(expected.text);
        ASSERT_TRUE(read.has_value()) << expected.text;
        EXPECT_EQ(*read, expected.read) << expected.text;
        EXPECT_EQ(forwarded_form(expected.text, read->date), expected.forwarded);
    }
}

// Goal: day numbers at the ends of months and years; Monday is 0.
TEST(Date, CountsDays) {
    struct Case {
        CalendarDate date;
        std::int32_t of_year;
        std::int32_t of_week;
        std::int64_t since_epoch;
    };
    constexpr Case kCases[] = {
        {{.year = 2016, .month = 12, .day = 25}, 360, 6, 17'160},
        {{.year = 2016, .month = 2, .day = 29}, 60, 0, 16'860},
        {{.year = 2016, .month = 12, .day = 31}, 366, 5, 17'166},
        {{.year = 2015, .month = 12, .day = 31}, 365, 3, 16'800},
        {{.year = 2015, .month = 1, .day = 1}, 1, 3, 16'436},
        {{.year = 1900, .month = 3, .day = 1}, 60, 3, -25'508},
        {{.year = 1970, .month = 1, .day = 1}, 1, 3, 0},
        {{.year = 1, .month = 1, .day = 1}, 1, 0, -719'162},
        {{.year = 9999, .month = 12, .day = 31}, 365, 4, 2'932'896},
    };
    for (const Case& expected : kCases) {
        EXPECT_EQ(day_of_year(expected.date), expected.of_year);
        EXPECT_EQ(day_of_week(expected.date), expected.of_week);
        EXPECT_EQ(days_since_epoch(expected.date), expected.since_epoch);
    }
}

}  // namespace
}  // namespace flightcast::flight
