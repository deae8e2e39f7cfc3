// SPDX-License-Identifier: Apache-2.0
//
// The same flights in every format that is read: all give the same table. And the ways in which a
// file can be damaged.
#include "dataset/flight_file.h"

#include <bzlib.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/temporary_folder.h"
#include "dataset/flight_loader.h"

namespace flightcast::dataset {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kCsv =
    "FlightDate,Reporting_Airline,Origin,Dest,CRSDepTime,DepDelay,ArrDelay,Distance,Cancelled\n"
    "2015-12-31,WN,TUS,SAN,1105,14,13,368,0\n"
    "2015-12-31,AA,ATL,SFO,,-5,-20.5,2139,0\n"
    "2015-12-31,AA,ATL,SFO,900,,,2139,1\n"
    "2016-01-01,B6,\"JFK\",LAX,2359,0,1000,2475,0\n";

constexpr std::string_view kJson =
    R"({"FlightDate":"2015-12-31","Carrier":"WN","Origin":"TUS","Dest":"SAN","CRSDepTime":1105,"DepDelay":14,"ArrDelay":13.0,"Distance":368}
{"FlightDate":"2015-12-31","Reporting_Airline":"AA","Origin":"ATL","Dest":"SFO","CRSDepTime":null,"DepDelay":-5.0,"ArrDelay":-2.05e1,"Distance":2139}

{"FlightDate":"2015-12-31","Carrier":"AA","Origin":"ATL","Dest":"SFO","DepDelay":null,"Distance":2139,"Cancelled":true}
{"Dest":"LAX","FlightDate":"2016-01-01","UniqueCarrier":"B6","Origin":"JFK","CRSDepTime":"2359","DepDelay":"0","ArrDelay":1000,"Distance":2475,"Cancelled":false}
)";

// As the original system's training data are written: times with an offset.
constexpr std::string_view kOriginalJson =
    R"({"ArrDelay":13.0,"CRSArrTime":"2015-12-31T03:20:00.000-08:00","CRSDepTime":"2015-12-31T03:05:00.000-08:00","Carrier":"WN","DayOfMonth":31,"DayOfWeek":4,"DayOfYear":365,"DepDelay":14.0,"Dest":"SAN","Distance":368.0,"FlightDate":"2015-12-30T16:00:00.000-08:00","FlightNum":"6109","Origin":"TUS"}
{"ArrDelay":-20.5,"Carrier":"AA","DayOfMonth":31,"DayOfWeek":4,"DayOfYear":365,"DepDelay":-5.0,"Dest":"SFO","Distance":2139.0,"FlightDate":"2015-12-30T16:00:00.000-08:00","FlightNum":"1","Origin":"ATL"}
{"ArrDelay":1000.0,"CRSDepTime":"2016-01-01T15:59:00.000-08:00","Carrier":"B6","DayOfMonth":1,"DayOfWeek":5,"DayOfYear":1,"DepDelay":0.0,"Dest":"LAX","Distance":2475.0,"FlightDate":"2015-12-31T16:00:00.000-08:00","FlightNum":"2","Origin":"JFK"}
)";

class Formats : public ::testing::Test {
  protected:
    std::filesystem::path write_zip(
        const std::string& name,
        const std::vector<std::pair<std::string, std::string_view>>& members
    ) const {
        const auto path = folder_.path() / name;
        int error = 0;
        zip_t* const archive = ::zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
        for (const auto& [member, content] : members) {
            zip_source_t* const source =
                ::zip_source_buffer(archive, content.data(), content.size(), 0);
            ::zip_file_add(archive, member.c_str(), source, ZIP_FL_OVERWRITE);
        }
        ::zip_close(archive);
        return path;
    }

    const base::TemporaryFolder folder_;
};

std::string gzip(std::string_view content) {
    z_stream stream{};
    ::deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string packed(::deflateBound(&stream, content.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<unsigned>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<unsigned>(packed.size());
    ::deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    ::deflateEnd(&stream);
    return packed;
}

std::string bzip2(std::string_view content) {
    std::string packed(content.size() + content.size() / 100 + 600, '\0');
    auto size = static_cast<unsigned>(packed.size());
    ::BZ2_bzBuffToBuffCompress(
        packed.data(),
        &size,
        const_cast<char*>(content.data()),
        static_cast<unsigned>(content.size()),
        9,
        0,
        0
    );
    packed.resize(size);
    return packed;
}

// As programs of the old Mac OS end lines.
std::string with_carriage_returns(std::string text) {
    std::ranges::replace(text, '\n', '\r');
    return text;
}

base::Result<LoadedFlights> load(
    const std::filesystem::path& path, const LoadOptions& options = {}
) {
    const std::array files = {path};
    return load_flights(files, options);
}

void expect_flights(const std::filesystem::path& path) {
    SCOPED_TRACE(path);
    const auto loaded = load(path);
    ASSERT_TRUE(loaded) << loaded.error().detail;
    const FlightTable& table = loaded->table;
    ASSERT_EQ(table.size(), 3U);
    EXPECT_EQ(to_string(table.day[0]), "2015-12-31");
    EXPECT_EQ(to_string(table.day[2]), "2016-01-01");
    EXPECT_EQ(table.carriers.text(table.carrier[0]), "WN");
    EXPECT_EQ(table.airports.text(table.origin[0]), "TUS");
    EXPECT_EQ(table.airports.text(table.dest[2]), "LAX");
    EXPECT_THAT(table.scheduled_minute, ElementsAre(665, kNoScheduledMinute, 1'439));
    EXPECT_THAT(table.dep_delay, ElementsAre(14.0F, -5.0F, 0.0F));
    EXPECT_THAT(table.arr_delay, ElementsAre(13.0F, -20.5F, 1'000.0F));
    EXPECT_THAT(table.distance, ElementsAre(368.0F, 2'139.0F, 2'475.0F));
    EXPECT_EQ(loaded->reports[0].bad_rows(), 0U);
}

TEST_F(Formats, AllGiveTheSameFlights) {
    // Goal: format and packing are told by the content; pieces follow one another; an archive of
    // the Bureau holds a readme beside its data.
    const std::string csv(kCsv);
    expect_flights(folder_.write("a.csv", kCsv));
    expect_flights(folder_.write("without_line_end.csv", csv.substr(0, csv.size() - 1)));
    expect_flights(folder_.write("bom.csv", "\xEF\xBB\xBF" + csv));
    expect_flights(folder_.write("a.csv.gz", gzip(kCsv)));
    expect_flights(folder_.write("pieces.gz", gzip(csv.substr(0, 200)) + gzip(csv.substr(200))));
    expect_flights(folder_.write("a.csv.bz2", bzip2(kCsv)));
    expect_flights(folder_.write("pieces.bz2", bzip2(csv.substr(0, 200)) + bzip2(csv.substr(200))));
    expect_flights(write_zip("one.zip", {{"data", kCsv}}));
    expect_flights(write_zip("bureau.zip", {{"readme.html", "<p>"}, {"On_Time_1.CSV", kCsv}}));
    expect_flights(write_zip("json.zip", {{"folder/", ""}, {"flights.jsonl", kJson}}));
    expect_flights(
        write_zip("macos.zip", {{"a.csv", kCsv}, {"__MACOSX/._a.csv", "x"}, {".DS_Store", "y"}})
    );
    expect_flights(folder_.write("twice.gz", gzip(gzip(kCsv))));
    expect_flights(folder_.write("zeros.gz", gzip(kCsv) + std::string(512, '\0')));
    expect_flights(folder_.write("both.bz2", bzip2(gzip(kCsv))));
    expect_flights(folder_.write("carriage_returns.csv", with_carriage_returns(csv)));
    expect_flights(folder_.write("a.jsonl", kJson));
    expect_flights(folder_.write("a.jsonl.gz", gzip(kJson)));
    expect_flights(folder_.write("a.jsonl.bz2", bzip2(kJson)));
    expect_flights(folder_.write("original.jsonl.bz2", bzip2(kOriginalJson)));
}

TEST_F(Formats, CountsWhatIsLeftOutInEveryFormat) {
    // Goal: a cancelled flight is one in JSON, too; lines that are no objects are bad rows.
    EXPECT_EQ(load(folder_.write("a.csv", kCsv))->reports[0].cancelled, 1U);
    EXPECT_EQ(load(folder_.write("a.jsonl", kJson))->reports[0].cancelled, 1U);
    const auto loaded = load(folder_.write(
        "bad.jsonl",
        std::string(kJson) + "{\"FlightDate\":\n[1]\n{\"FlightDate\":[1]}\n" +
            R"({"FlightDate":"2016-01-01","Origin":"JFK","Dest":"LAX","DepDelay":1,"ArrDelay":1})" +
            "\n"
    ));
    ASSERT_TRUE(loaded) << loaded.error().detail;
    const FileReport& report = loaded->reports[0];
    EXPECT_EQ(report.kept, 3U);
    EXPECT_EQ(report.bad.at("no JSON object"), 2U);
    EXPECT_EQ(report.bad.at("a list or an object as a field"), 1U);
    EXPECT_EQ(report.bad.at("bad Carrier"), 1U);
}

TEST_F(Formats, AFileThatEndsInTheMiddleIsRefused) {
    // Goal: cut anywhere, packed files and those that end within a row are errors that name the
    // file; never a shorter table.
    std::string csv(kCsv);
    for (int row = 0; row < 300; ++row) {
        csv += "2015-01-01,AA,ATL,SFO,900,1," + std::to_string(row * 7'919 % 1'000) + ",2139,0\n";
    }
    std::string json;
    for (int row = 0; row < 60; ++row) json += kJson;
    const std::vector<std::pair<std::string, std::string>> packed = {
        {"csv.gz", gzip(csv)},
        {"csv.bz2", bzip2(csv)},
        {"json.gz", gzip(json)},
        {"json.bz2", bzip2(json)},
    };
    for (const auto& [name, bytes] : packed) {
        for (std::size_t size = 64; size + 1 < bytes.size(); size += 97) {
            const auto cut = load(folder_.write(name, std::string_view(bytes).substr(0, size)));
            ASSERT_FALSE(cut) << name << " " << size;
            EXPECT_EQ(cut.error().code, base::Errc::corrupt) << name << " " << size;
            EXPECT_THAT(cut.error().detail, HasSubstr(name));
        }
    }
    const auto zip = write_zip("cut.zip", {{"a.csv", csv}});
    std::filesystem::resize_file(zip, std::filesystem::file_size(zip) / 2);
    EXPECT_EQ(load(zip).error().code, base::Errc::corrupt);
    const auto plain = load(folder_.write("cut.csv", std::string(kCsv) + "2015-01-01,AA,AT"));
    ASSERT_FALSE(plain);
    EXPECT_EQ(plain.error().code, base::Errc::corrupt);
    EXPECT_THAT(plain.error().detail, HasSubstr("cut.csv:6: the file ends in the middle"));
    const auto object =
        load(folder_.write("cut.jsonl", std::string(kJson) + "{\"FlightDate\":\"20"));
    ASSERT_FALSE(object);
    EXPECT_EQ(object.error().code, base::Errc::corrupt);
}

TEST_F(Formats, DamagedDataIsRefused) {
    // Goal: one wrong byte in a packed file is noticed by its check sum.
    std::string content(kCsv);
    for (int i = 0; i < 8; ++i) content += content.substr(content.find('\n') + 1);
    for (std::string packed : {gzip(content), bzip2(content)}) {
        packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 0x10);
        EXPECT_FALSE(load(folder_.write("damaged", packed)));
    }
}

TEST_F(Formats, AnArchiveNeedsOneDataFile) {
    // Goal: several data files, or none, are errors that name the files found.
    const auto several = load(write_zip("two.zip", {{"jan.csv", kCsv}, {"feb.csv", kCsv}}));
    ASSERT_FALSE(several);
    EXPECT_EQ(several.error().code, base::Errc::invalid_argument);
    EXPECT_THAT(
        several.error().detail, HasSubstr("two.zip holds several data files (jan.csv, feb")
    );
    const auto none = load(write_zip("none.zip", {{"a.html", "x"}, {"b.pdf", "y"}}));
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().detail, HasSubstr("none.zip holds no file that ends in"));
}

TEST_F(Formats, AbsentAndEmptyFilesAreRefused) {
    // Goal: a missing file is not_found, a folder and an empty file are named as such.
    EXPECT_EQ(load(folder_.path() / "absent.zip").error().code, base::Errc::not_found);
    EXPECT_THAT(load(folder_.path()).error().detail, HasSubstr("is a directory"));
    for (const std::string_view content : {"", "\n\n", "  \n"}) {
        EXPECT_THAT(load(folder_.write("empty", content)).error().detail, HasSubstr("is empty"));
    }
}

TEST_F(Formats, TellsHowFarItIsAndStops) {
    // Goal: progress rises over all files to 1; a request to stop ends the load with `closed`.
    std::string csv(kCsv);
    for (int row = 0; row < 80'000; ++row) csv += "2015-01-01,AA,ATL,SFO,900,1,2,2139,0\n";
    const std::array files = {folder_.write("a.csv", csv), folder_.write("b.csv", csv)};
    std::vector<double> shares;
    LoadOptions options;
    options.on_progress = [&](const LoadProgress& progress) { shares.push_back(progress.share); };
    const auto loaded = load_flights(files, options);
    ASSERT_TRUE(loaded) << loaded.error().detail;
    EXPECT_EQ(loaded->table.size(), 160'006U);
    EXPECT_GE(shares.size(), 4U);
    EXPECT_TRUE(std::ranges::is_sorted(shares));
    EXPECT_NEAR(shares.back(), 1, 1e-9);

    std::stop_source stop;
    stop.request_stop();
    options.stop = stop.get_token();
    const auto stopped = load_flights(files, options);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, base::Errc::closed);
}

}  // namespace
}  // namespace flightcast::dataset
