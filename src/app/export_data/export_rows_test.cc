// SPDX-License-Identifier: Apache-2.0
#include "app/export_data/export_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace flightcast::app::export_data {
namespace {

using namespace std::chrono_literals;

std::string csv(Kind kind, std::string_view json) {
    return row_of(kind, Format::csv, json).value();
}

// Goal: every row has as many cells as the head, whatever the document has.
TEST(ExportRows, AsManyCellsAsColumns) {
    for (const Kind kind : {Kind::predictions, Kind::arrivals, Kind::evaluations}) {
        const auto commas = std::ranges::count(csv_head(kind), ',');
        EXPECT_EQ(static_cast<std::size_t>(commas) + 1, columns_of(kind).size());
        EXPECT_EQ(std::ranges::count(csv(kind, "{}"), ','), commas);
    }
}

// Goal: doubles keep their value and their look, text is quoted where it must be, null is empty.
TEST(ExportRows, Cells) {
    EXPECT_EQ(
        csv(Kind::predictions,
            R"({"UUID":"u","Carrier":"A\"A","Origin":"A,B","Dest":null,"CRSDepTime":1030,)"
            R"("DepDelay":5.0,"Prediction":2.0,"Probabilities":[0.1,0.2,0.4,0.30000000000000004],)"
            R"("Model":"line\nbreak"})"),
        "u,,,,\"A\"\"A\",\"A,B\",,,1030,5.0,,2.0,0.1,0.2,0.4,0.30000000000000004,\"line\nbreak\",\n"
    );
    EXPECT_EQ(
        csv(Kind::evaluations, R"({"Probability":0.5,"Probabilities":[0.25]})"),
        ",,,,,,,,,,,,0.25,,,,,,0.5,,,,,,\n"
    );
}

// Goal: a document that was written over several lines is one line, with the same bytes otherwise.
TEST(ExportRows, JsonLines) {
    EXPECT_EQ(
        row_of(Kind::arrivals, Format::jsonl, "{\n \"DepDelay\": 5.0,\r\n \"Source\": \"a\\nb\"}"),
        "{ \"DepDelay\": 5.0, \"Source\": \"a\\nb\"}\n"
    );
    for (const char* const odd : {"", "[]", "5", "{", "{}{}"}) {
        EXPECT_FALSE(row_of(Kind::arrivals, Format::jsonl, odd).has_value()) << odd;
        EXPECT_FALSE(row_of(Kind::arrivals, Format::csv, odd).has_value()) << odd;
    }
}

// Goal: a bound is a day or a time, and what is neither says so.
TEST(ExportRows, Bounds) {
    const auto day = read_bound("2026-11-30");
    ASSERT_TRUE(day.has_value());
    EXPECT_EQ(*day, std::chrono::sys_days(2026y / 11 / 30));
    EXPECT_EQ(read_bound("2026-11-30T12:00:00Z").value(), *day + 12h);
    EXPECT_FALSE(read_bound("yesterday").has_value());
    EXPECT_FALSE(read_bound("2026-13-01").has_value());
}

// Goal: the time of a prediction is when it was made, of the original's when it was asked.
TEST(ExportRows, TimeOfPrediction) {
    const auto noon = std::chrono::sys_days(2026y / 11 / 30) + 12h;
    EXPECT_EQ(
        time_of_prediction(
            R"({"Timestamp":"2020-01-01T00:00:00.000Z","ScoredAt":"2026-11-30T12:00:00.000000Z"})"
        ),
        noon
    );
    EXPECT_EQ(time_of_prediction(R"({"Timestamp":"2026-11-30T13:00:00.000+01:00"})"), noon);
    EXPECT_EQ(time_of_prediction(R"({"Timestamp":"2026-11-30T12:00:00.000"})"), noon);
    EXPECT_EQ(time_of_prediction("{}"), std::nullopt);
}

}  // namespace
}  // namespace flightcast::app::export_data
