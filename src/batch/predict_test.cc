// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/temporary_folder.h"
#include "batch/flight_rows.h"
#include "batch/predict_files.h"
#include "features/predictor.h"
#include "flight/request_json.h"
#include "forest/bundle.h"
#include "forest/bundle_testing.h"

namespace flightcast::batch {
namespace {

using base::Errc;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const char* const kHeader = "FlightDate,Carrier,Origin,Dest,DepDelay\n";

flight::RouteTable make_routes() {
    return flight::RouteTable::parse(R"({"Origin":"ATL","Dest":"SFO","Distance":2139.0})").value();
}

features::Predictor make_predictor() {
    return features::Predictor::make(forest::make_small_bundle()).value();
}

std::expected<flight::Request, std::string> read_row(std::string header, std::string line) {
    const flight::RouteTable routes = make_routes();
    const bool is_json = header.starts_with("{");
    base::Result<dataset::FlightLayout> layout = dataset::FlightLayout::of_json({});
    if (!is_json) layout = dataset::FlightLayout::of_csv(header, "f.csv", {.needed = kNeeded});
    if (!layout) return std::unexpected(layout.error().detail);
    const auto shared = std::make_shared<const dataset::FlightLayout>(*std::move(layout));
    auto request = RowReader(routes).read(shared, is_json ? header : line);
    if (!request) return std::unexpected(request.error().text());
    return *std::move(request);
}

// Files in a folder of their own, and the result of scoring them.
class PredictFiles : public ::testing::Test {
  protected:
    base::Result<PredictSummary> run(const PredictOptions& options) {
        output_.clear();
        bad_.clear();
        return predict_files(
            predictor_,
            routes_,
            options,
            {.write = [this](std::string_view text) -> base::Result<void> {
                 output_ += text;
                 return {};
             },
             .on_bad_row = [this](const std::string& place) { bad_.push_back(place); },
             .on_progress = [](std::size_t) { return base::Result<void>(); }}
        );
    }

    const base::TemporaryFolder folder_;
    const features::Predictor predictor_ = make_predictor();
    const flight::RouteTable routes_ = make_routes();
    std::string output_;
    std::vector<std::string> bad_;
};

TEST(RowReader, ReadsRowsAsTheGatewayReadsForms) {
    // Goal: every column becomes its field; empty cells are absent; the distance is looked up.
    const std::string header =
        "Tail,FlightDate,Reporting_Airline,Flight_Number_Reporting_Airline,Origin,Dest,CRSDepTime,"
        "DepDelay,Distance";
    const auto full = read_row(header, "N1,\"2015-04-01\",AA,17,ATL,SFO,905,-5,100.5");
    ASSERT_TRUE(full) << full.error();
    EXPECT_EQ(full->flight_date, "2015-04-01");
    EXPECT_EQ(full->carrier, "AA");
    EXPECT_EQ(full->flight_num, "17");
    EXPECT_EQ(full->crs_dep_time, 905);
    EXPECT_EQ(full->dep_delay, -5);
    EXPECT_EQ(full->distance, 100.5);
    const auto sparse = read_row(header, "N1,20150401T0630,,,ATL,SFO,,,");
    ASSERT_TRUE(sparse) << sparse.error();
    EXPECT_EQ(sparse->flight_date, "2015-04-01");
    EXPECT_EQ(sparse->crs_dep_time, 630) << "the forwarded form leaves the time out";
    EXPECT_EQ(sparse->carrier, std::nullopt);
    EXPECT_EQ(sparse->dep_delay, std::nullopt);
    EXPECT_EQ(sparse->distance, 2139);
    EXPECT_EQ(read_row(header, "N1,2015-04-01,AA,1,ATL,SFO,2400,1,")->crs_dep_time, 0);

    const auto json = read_row(R"({"DepDelay": 5.0, "Origin": "ATL", "Dest": "SFO"})", "");
    ASSERT_TRUE(json) << json.error();
    EXPECT_EQ(json->dep_delay, 5);
    EXPECT_EQ(json->distance, 2139);
    EXPECT_EQ(json->id, base::Uuid{});
}

TEST(RowReader, DayNumbersComeFromTheDateAsInServing) {
    // Goal: a row has the day numbers that the gateway gives a form of its date, whatever the file
    // says in its own columns; a record of the request topic keeps those that it carries.
    const auto row = read_row(
        "FlightDate,Carrier,Origin,Dest,DepDelay,DayOfWeek,DayofMonth",
        "2016-12-25,AA,ATL,SFO,5,7,1"
    );
    ASSERT_TRUE(row) << row.error();
    EXPECT_EQ(row->day_of_week, 6) << "Monday is 0";
    EXPECT_EQ(row->day_of_month, 25);
    EXPECT_EQ(row->day_of_year, 360);
    const auto record = read_row(
        R"({"FlightDate":"2016-12-25","DayOfWeek":3,"Carrier_index":2.0,)"
        R"("UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2"})",
        ""
    );
    ASSERT_TRUE(record) << record.error();
    EXPECT_EQ(record->day_of_week, 3);
    EXPECT_EQ(record->day_of_year, 360);
    EXPECT_EQ(record->indices->carrier, 2);
    EXPECT_EQ(record->id.to_string(), "8e90da7e-63f5-45f9-8f3d-7d948120e5a2");
}

TEST(RowReader, SaysWhatIsWrong) {
    // Goal: a request that serving refuses is a bad row here, with its cause.
    struct Case {
        const char* line;
        const char* cause;
    };
    const std::string header = "FlightDate,Carrier,Origin,Dest,DepDelay,CRSDepTime,Distance";
    const std::string long_text(300, 'X');
    const std::string too_long = "2015-04-01," + long_text + ",ATL,SFO,5,,";
    for (const Case& c :
         {Case{"2015-02-30,AA,ATL,SFO,5,,", "bad FlightDate"},
          Case{"2015-04-01,AA,ATL,SFO,soon,,", "bad DepDelay"},
          Case{"2015-04-01,AA,ATL,SFO,inf,,", "bad DepDelay"},
          Case{"2015-04-01,AA,ATL,SFO,5,1260,", "bad CRSDepTime"},
          Case{"2015-04-01,AA,ATL,SFO,5,-5,", "bad CRSDepTime"},
          Case{"2015-04-01,AA,ATL,SFO,5,,far", "bad Distance"},
          Case{"2015-04-01,A\xFF,ATL,SFO,5,,", "bad Carrier"},
          Case{too_long.c_str(), "bad Carrier"},
          Case{"2015-04-01,AA,ATL,SFO", "too few fields"},
          Case{"2015-04-01,\"AA,ATL,SFO,5,,", "bad quotes"}}) {
        const auto row = read_row(header, c.line);
        ASSERT_FALSE(row) << c.line;
        EXPECT_THAT(row.error(), StartsWith(c.cause));
    }
    EXPECT_EQ(read_row("{\"DepDelay\":", "").error(), "no JSON object");
    EXPECT_THAT(
        read_row("FlightDate,Origin,Dest", "").error(),
        StartsWith("f.csv lacks a column for Carrier, DepDelay; its columns are FlightDate, Origin")
    );
}

TEST_F(PredictFiles, WritesCsvAndJsonLines) {
    // Goal: both forms, of both kinds of file, with names and places of the rows.
    const std::string model(predictor_.model_id());
    const auto csv =
        folder_.write("a.csv", std::string(kHeader) + "2015-04-01,AA,ATL,SFO,5\n\n,UA,,,50\n");
    const auto json = folder_.write("b.jsonl", "{\"Carrier\": \"A,A\", \"DepDelay\": 50}\n");
    const auto summary = run({.files = {csv, json}});
    ASSERT_TRUE(summary) << summary.error().detail;
    EXPECT_EQ(summary->rows, 3U);
    EXPECT_THAT(summary->by_class, ElementsAre(0, 1, 1, 1));
    EXPECT_EQ(
        output_,
        "File,Line,FlightDate,Carrier,FlightNum,Origin,Dest,DepDelay,Distance,Prediction,"
        "Probability0,Probability1,Probability2,Probability3,Model\n"
        "a.csv,2,2015-04-01,AA,,ATL,SFO,5,2139,1,0,0.7500114442664225,0.24998855573357748,0," +
            model + "\na.csv,4,,UA,,,,50,,3,0,0,0,1," + model +
            "\nb.jsonl,1,,\"A,A\",,,,50,,2,0,0,0.7500114442664225,0.24998855573357748," + model +
            "\n"
    );
    ASSERT_TRUE(run({.files = {csv}, .format = OutputFormat::jsonl}));
    EXPECT_EQ(
        output_,
        R"({"File":"a.csv","Line":2,"FlightDate":"2015-04-01","Carrier":"AA","Origin":"ATL",)"
        R"("Dest":"SFO","DepDelay":5.0,"Distance":2139.0,"Prediction":1.0,"Probabilities":)"
        R"([0.0,0.7500114442664225,0.24998855573357748,0.0],"Model":")" +
            model + "\"}\n" +
            R"({"File":"a.csv","Line":4,"Carrier":"UA","DepDelay":50.0,"Prediction":3.0,)"
            R"("Probabilities":[0.0,0.0,0.0,1.0],"Model":")" +
            model + "\"}\n"
    );
}

TEST_F(PredictFiles, AnyNumberOfThreadsGivesTheSameAsServing) {
    // Goal: many blocks come out in order, each row with the score that its request would get.
    constexpr std::uint64_t kSeed = 5;
    base::SeededRandom random(kSeed);
    std::string text = kHeader;
    std::string expected;
    const PredictionWriter writer(OutputFormat::csv, predictor_.model_id());
    for (std::size_t row = 0; row < 20'000; ++row) {
        flight::Request request;
        request.flight_date = "2015-04-01";
        request.carrier = random.below(2) == 0 ? "AA" : "UA";
        request.origin = "ATL";
        request.dest = "SFO";
        request.dep_delay = static_cast<double>(random.below(40)) - 10;
        request.distance = 2139;
        text += "2015-04-01," + *request.carrier + ",ATL,SFO," +
                std::to_string(static_cast<int>(*request.dep_delay)) + "\n";
        writer.append(expected, {request, predictor_.score(request), "a.csv", row + 2});
    }
    const auto file = folder_.write("a.csv", text);
    for (const std::size_t threads : {1, 2, 5}) {
        const auto summary = run({.files = {file}, .threads = threads});
        ASSERT_TRUE(summary) << summary.error().detail;
        EXPECT_EQ(summary->rows, 20'000U);
        EXPECT_EQ(output_, std::string(writer.header()) + expected) << threads << " threads";
    }
}

TEST_F(PredictFiles, LeavesBadRowsOutUpToALimit) {
    // Goal: bad rows are named with their lines, the others scored; one too many ends it.
    const auto file = folder_.write(
        "a.csv",
        std::string(kHeader) + "2015-04-01,AA,ATL,SFO,x\n2015-04-01,AA,ATL,SFO,5\n,,,\n,,,,y\n"
    );
    const auto summary = run({.files = {file}, .bad_rows_max = 3});
    ASSERT_TRUE(summary) << summary.error().detail;
    EXPECT_EQ(summary->rows, 1U);
    EXPECT_EQ(summary->bad_rows, 3U);
    EXPECT_EQ(summary->bad.at("bad DepDelay"), 2U);
    EXPECT_THAT(
        bad_,
        ElementsAre(
            HasSubstr("a.csv:2: bad DepDelay: 'x' is not a number"),
            HasSubstr("a.csv:4: too few fields: 4 of the 5"),
            HasSubstr("a.csv:5: bad DepDelay: 'y'")
        )
    );
    const auto refused = run({.files = {file}, .bad_rows_max = 2});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_argument);
    EXPECT_THAT(
        refused.error().detail,
        AllOf(HasSubstr("a.csv:5: bad DepDelay: 'y'"), HasSubstr("that is bad row 3"))
    );
}

TEST_F(PredictFiles, RefusesFilesThatAreNone) {
    // Goal: absent, empty and nameless files end with an error before anything is scored.
    const auto good = folder_.write("good.csv", std::string(kHeader) + ",,,,5\n");
    const auto absent = run({.files = {good, folder_.path() / "absent.csv"}});
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().code, Errc::not_found);
    EXPECT_EQ(output_, "") << "found out before the first file was scored";
    EXPECT_EQ(
        run({.files = {folder_.write("empty.csv", "")}}).error().code, Errc::invalid_argument
    );
    EXPECT_THAT(
        run({.files = {folder_.write("other.csv", "a,b\n1,2\n")}}).error().detail,
        HasSubstr("lacks a column for FlightDate (or Year, Month and Day), Carrier")
    );
    EXPECT_EQ(run({.files = {"-", "-"}}).error().code, Errc::invalid_argument);
    const auto header_alone = run({.files = {folder_.write("header.csv", kHeader)}});
    ASSERT_TRUE(header_alone) << header_alone.error().detail;
    EXPECT_EQ(header_alone->rows, 0U);
    const auto none = run({.files = {folder_.write("none.jsonl", "{\"a\":1}\n{\"a\":2}\n")}});
    ASSERT_FALSE(none) << "nothing could be read";
    EXPECT_THAT(none.error().detail, HasSubstr("none.jsonl:1: no known field: it has a;"));
    EXPECT_EQ(output_, "") << "not even a header";
    const auto cut = run({.files = {folder_.write("cut.jsonl", "{\"DepDelay\":1}\n{\"Dep")}});
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, Errc::corrupt);
}

TEST_F(PredictFiles, SaysWhatIsMissing) {
    // Goal: needed fields without a value and airports named by number are counted.
    const auto file = folder_.write(
        "a.csv", std::string(kHeader) + "2015-10-01,NA,14747,ATL,5\n2015-04-01,AA,ATL,SFO,\\N\n"
    );
    const auto summary = run({.files = {file}});
    ASSERT_TRUE(summary) << summary.error().detail;
    EXPECT_EQ(summary->rows, 2U);
    EXPECT_THAT(summary->missing, ElementsAre(std::pair("Carrier", 1U), std::pair("DepDelay", 1U)));
    EXPECT_EQ(summary->airport_numbers, 1U);
}

TEST_F(PredictFiles, EndsWithTheErrorsOfItsSink) {
    // Goal: a full disk and an interruption end it at once, with many blocks under way.
    std::string text = kHeader;
    for (int row = 0; row < 50'000; ++row) text += "2015-04-01,AA,ATL,SFO,5\n";
    const auto file = folder_.write("a.csv", text);
    std::size_t writes = 0;
    const auto full = predict_files(
        predictor_,
        routes_,
        {.files = {file}, .threads = 2},
        {.write = [&writes](std::string_view) -> base::Result<void> {
             if (++writes < 3) return {};
             return base::fail(Errc::io, "no space");
         },
         .on_bad_row = [](const std::string&) {},
         .on_progress = [](std::size_t) { return base::Result<void>(); }}
    );
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().detail, "no space");
    EXPECT_EQ(writes, 3U);
}

}  // namespace
}  // namespace flightcast::batch
