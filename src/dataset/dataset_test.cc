// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "base/temporary_folder.h"
#include "dataset/bytes/file_source.h"
#include "dataset/bytes/line_reader.h"
#include "dataset/day_split.h"
#include "dataset/flight_loader.h"
#include "dataset/row/csv_row.h"
#include "dataset/row/day.h"

namespace flightcast::dataset {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kHeader =
    "FlightDate,Reporting_Airline,Origin,Dest,CRSDepTime,DepDelay,ArrDelay,Distance\n";

class Files : public ::testing::Test {
  protected:
    std::filesystem::path write(std::string_view content) {
        return folder_.write("flights.csv", content);
    }

    std::filesystem::path write_gzip(std::string_view content) {
        const auto path = folder_.path() / "flights.csv.gz";
        gzFile file = ::gzopen(path.c_str(), "wb");
        ::gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
        ::gzclose(file);
        return path;
    }

    static base::Result<LoadedFlights> load(
        const std::filesystem::path& path, const LoadOptions& options = {}
    ) {
        const std::array files = {path};
        return load_flights(files, options);
    }

    const base::TemporaryFolder folder_;
};

TEST(Day, ReadsOnlyDaysThatExist) {
    // Goal: exactly YYYY-MM-DD and real days pass, and print as they were.
    for (const std::string_view bad :
         {"",
          "2015-4-01",
          "2015-02-29",
          "2015-13-01",
          "2015-00-10",
          "2015-01-00",
          "2015/01/01",
          "2015-01-01 ",
          "+015-01-01",
          "2015-01-1x"}) {
        EXPECT_FALSE(parse_day(bad)) << bad;
    }
    for (const std::string_view good : {"2015-04-01", "2016-02-29", "0001-12-31", "9999-12-31"}) {
        ASSERT_TRUE(parse_day(good)) << good;
        EXPECT_EQ(to_string(*parse_day(good)), good);
    }
}

std::vector<std::string> split(
    std::string line, std::size_t fields_max = 100, char separator = ','
) {
    CsvRow row;
    if (!row.parse(line, separator, fields_max)) return {"<bad>"};
    return {row.fields().begin(), row.fields().end()};
}

TEST(CsvRow, SplitsPlainAndQuotedFields) {
    // Goal: quotes, doubled quotes, empty and trailing fields come out as RFC 4180 says.
    EXPECT_THAT(split(""), ElementsAre(""));
    EXPECT_THAT(split("a,b"), ElementsAre("a", "b"));
    EXPECT_THAT(split("a,,"), ElementsAre("a", "", ""));
    EXPECT_THAT(split("\"a,b\",\"c\""), ElementsAre("a,b", "c"));
    EXPECT_THAT(split("\"\",\"x\"\"y\","), ElementsAre("", "x\"y", ""));
    EXPECT_THAT(split("a,b,c", 2), ElementsAre("a", "b"));
    EXPECT_THAT(split("a, \"b,c\" ,d"), ElementsAre("a", "b,c", "d"));
    EXPECT_THAT(split("a;b,c", 100, ';'), ElementsAre("a", "b,c"));
    EXPECT_THAT(split("\"a;b\";", 100, ';'), ElementsAre("a;b", ""));
    EXPECT_THAT(split("\"open,b"), ElementsAre("<bad>"));
    EXPECT_THAT(split("\"a\"x,b"), ElementsAre("<bad>"));
}

TEST_F(Files, RefusesWhatIsNoFlightFile) {
    // Goal: each error names the file and the fault.
    const auto missing = load(folder_.path() / "absent.csv");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, base::Errc::not_found);
    EXPECT_THAT(missing.error().detail, HasSubstr("absent.csv"));

    EXPECT_THAT(load(write("")).error().detail, HasSubstr("is empty"));
    EXPECT_THAT(load(write(kHeader)).error().detail, HasSubstr("no flight"));
    EXPECT_THAT(
        load(write("FlightDate,Origin,Dest,DepDelay,Distance\n")).error().detail,
        HasSubstr(
            "flights.csv lacks a column for Carrier, ArrDelay; its columns are FlightDate, Origin, "
            "Dest, DepDelay, Distance; say which is which by --columns"
        )
    );
    const auto long_line = load(write(std::string(1'000'000, 'x')));
    ASSERT_FALSE(long_line);
    EXPECT_EQ(long_line.error().code, base::Errc::corrupt);
}

TEST_F(Files, RefusesDamagedGzip) {
    // Goal: a file cut off in the middle is an error, never a shorter table.
    std::string content(kHeader);
    for (int row = 0; row < 5'000; ++row) {
        content += "2015-01-01,AA,JFK,LAX,900,-5," + std::to_string(row * 7919 % 1000) + ",2475\n";
    }
    const auto path = write_gzip(content);
    ASSERT_TRUE(load(path));
    std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
    const auto cut = load(path);
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, base::Errc::corrupt);
}

TEST_F(Files, CountsBadRowsByCauseUpToTheLimit) {
    // Goal: bad rows are skipped and counted by cause; one more than allowed names file, line,
    // cause.
    const std::string content = std::string(kHeader) +
                                "2015-01-01,AA,JFK,LAX,900,-5,7,2475\n"
                                "2015-02-30,AA,JFK,LAX,900,-5,7,2475\n"
                                "2015-01-01,AA,JFK,LAX,900,soon,7,2475\n"
                                "2015-01-01,AA,JFK,LAX,900,inf,7,2475\n"
                                "2015-01-01,AA,JFK,LAX,900,-5,1e30,2475\n"
                                "2015-01-01,AA,JFK,LAX,2460,-5,7,2475\n"
                                "2015-01-01,,JFK,LAX,900,-5,7,2475\n"
                                "2015-01-01,AA\n"
                                "\"2015-01-01,AA\n";
    const auto loaded = load(write(content), {.bad_rows_max = 8});
    ASSERT_TRUE(loaded) << loaded.error().detail;
    const FileReport& report = loaded->reports.at(0);
    EXPECT_EQ(report.kept, 1U);
    EXPECT_EQ(report.bad_rows(), 8U);
    EXPECT_EQ(report.bad.at("bad DepDelay"), 2U);
    EXPECT_EQ(report.bad.at("bad Carrier"), 1U);
    EXPECT_EQ(report.bad.at("too few fields"), 1U);
    EXPECT_EQ(report.bad.at("bad quotes"), 1U);
    EXPECT_THAT(report.first_bad, HasSubstr("flights.csv:3: bad FlightDate"));

    const auto refused = load(write(content), {.bad_rows_max = 1});
    ASSERT_FALSE(refused);
    EXPECT_THAT(
        refused.error().detail,
        HasSubstr(
            "flights.csv:4: bad DepDelay: 'soon' is not a number, such as -5 or 12.0; that is bad "
            "row 2, more than the 1 that --bad-rows-max lets pass"
        )
    );
}

TEST_F(Files, ReadsTheFilesOfTheBureauAsTheyAre) {
    // Goal: quotes, further columns, a trailing comma, "1.00" flags, CRLF and a byte order mark
    // pass.
    const auto path = write_gzip(
        "\xEF\xBB\xBF\"Year\",\"FlightDate\",\"Reporting_Airline\",\"Origin\",\"OriginCityName\","
        "\"Dest\",\"CRSDepTime\",\"DepDelay\",\"ArrDelay\",\"Cancelled\",\"Diverted\",\"Distance\","
        "\r\n"
        "2015,2015-01-02,\"AA\",\"JFK\",\"New York, "
        "NY\",\"LAX\",\"0905\",-5.00,7.00,0.00,0.00,2475.00,\r\n"
        "2015,2015-01-02,\"AA\",\"JFK\",\"New York, NY\",\"LAX\",\"0905\",,,1.00,0.00,2475.00,\r\n"
        "2015,2015-01-02,\"AA\",\"JFK\",\"New York, "
        "NY\",\"LAX\",\"0905\",3.00,,0.00,1.00,2475.00,\r\n"
        "2015,2015-01-02,\"AA\",\"JFK\",\"New York, "
        "NY\",\"LAX\",\"0905\",3.00,,0.00,0.00,2475.00,\r\n"
        "2015,2015-01-03,\"B6\",\"LAX\",\"Los Angeles, "
        "CA\",\"JFK\",\"2400\",16.00,29.00,0.00,0.00,,"
    );
    const auto loaded = load(path);
    ASSERT_TRUE(loaded) << loaded.error().detail;
    const FileReport& report = loaded->reports.at(0);
    EXPECT_EQ(report.cancelled, 1U);
    EXPECT_EQ(report.diverted, 1U);
    EXPECT_EQ(report.without_delays, 1U);
    EXPECT_EQ(report.bad_rows(), 0U);
    const FlightTable& table = loaded->table;
    ASSERT_EQ(table.size(), 2U);
    EXPECT_EQ(to_string(table.day[0]), "2015-01-02");
    EXPECT_EQ(table.carriers.text(table.carrier[1]), "B6");
    EXPECT_EQ(table.origin[0], table.dest[1]);
    EXPECT_THAT(table.scheduled_minute, ElementsAre(545, 0));
    EXPECT_THAT(table.dep_delay, ElementsAre(-5.0F, 16.0F));
    EXPECT_THAT(table.arr_delay, ElementsAre(7.0F, 29.0F));
    EXPECT_EQ(table.distance[0], 2475.0F);
    EXPECT_TRUE(std::isnan(table.distance[1]));
}

TEST_F(Files, LinesMayCrossTheBuffer) {
    // Goal: lines longer and shorter than one read come out whole, last one unfinished.
    std::string content;
    for (int line = 0; line < 40'000; ++line) content += std::to_string(line * 31) + "\n";
    content += "end";
    auto source = bytes::open_file(write(content));
    ASSERT_TRUE(source) << source.error().detail;
    bytes::LineReader lines("flights.csv", *std::move(source));
    bytes::LineReader* const reader = &lines;
    for (int line = 0; line < 40'000; ++line) {
        const auto text = reader->next();
        ASSERT_TRUE(text && *text);
        ASSERT_EQ(std::string((*text)->begin(), (*text)->end()), std::to_string(line * 31));
    }
    const auto last = reader->next();
    ASSERT_TRUE(last && *last);
    EXPECT_EQ(std::string((*last)->begin(), (*last)->end()), "end");
    EXPECT_EQ(reader->line_number(), 40'001U);
    const auto past = reader->next();
    ASSERT_TRUE(past);
    EXPECT_FALSE(*past);
}

FlightTable table_of_days(int days) {
    FlightTable table;
    for (int day = 0; day < days; ++day)
        table.day.push_back(*parse_day("2015-01-01") + std::chrono::days(day));
    return table;
}

TEST(DaySplit, JudgesOnLaterDaysOnly) {
    // Goal: either bound implies the other; overlaps and empty sides are refused.
    const FlightTable table = table_of_days(10);
    const auto day = [](std::string_view text) { return *parse_day(text); };
    const auto by_default = split_by_day(table, {});
    ASSERT_TRUE(by_default);
    EXPECT_EQ(by_default->train.size(), 8U);
    EXPECT_EQ(by_default->validate, (RowIds{8, 9}));

    const auto until = split_by_day(table, {.train_until = day("2015-01-04")});
    ASSERT_TRUE(until);
    EXPECT_EQ(until->train.size(), 4U);
    EXPECT_EQ(until->validate.size(), 6U);

    const auto window = split_by_day(
        table, {.validate_from = day("2015-01-05"), .validate_until = day("2015-01-06")}
    );
    ASSERT_TRUE(window);
    EXPECT_EQ(window->train.size(), 4U);
    EXPECT_EQ(window->validate, (RowIds{4, 5}));

    EXPECT_FALSE(split_by_day(table, {.train_until = day("2014-12-31")}));
    EXPECT_FALSE(split_by_day(table, {.validate_from = day("2015-01-11")}));
    EXPECT_FALSE(
        split_by_day(table, {.train_until = day("2015-01-05"), .validate_from = day("2015-01-05")})
    );
    EXPECT_FALSE(split_by_day(FlightTable{}, {}));
    const auto one_day = split_by_day(table_of_days(1), {});
    ASSERT_FALSE(one_day);
    EXPECT_THAT(one_day.error().detail, HasSubstr("every flight is of one day, 2015-01-01;"));
}

TEST_F(Files, ReadsTheSharedFlights) {
    // Goal: the real file loads whole, and its first quarter is the known number of flights.
    const std::filesystem::path path = FLIGHTCAST_SOURCE_DIR "/../shared/data/flights_2015.csv.gz";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
    const auto loaded = load(path);
    ASSERT_TRUE(loaded) << loaded.error().detail;
    EXPECT_EQ(loaded->table.size(), 628'559U);
    const auto split = split_by_day(loaded->table, {.train_until = parse_day("2015-03-31")});
    ASSERT_TRUE(split);
    EXPECT_EQ(split->train.size(), 236'096U);
}

}  // namespace
}  // namespace flightcast::dataset
