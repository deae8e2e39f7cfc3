// SPDX-License-Identifier: Apache-2.0
//
// The answers of Spark itself with the original system's model, bit for bit (testdata/README.md).
// The requests go the way of a record: decoded, encoded as a feature row, scored by the imported
// bundle.
#include <gtest/gtest.h>
#include <cmath>

#include <algorithm>
#include <bit>
#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/predictor.h"
#include "features/spark_encoder.h"
#include "flight/golden_testing.h"
#include "flight/predicted_class.h"
#include "flight/request_json.h"
#include "forest/bundle.h"

namespace flightcast::features {
namespace {

namespace json = boost::json;
using forest::ClassShares;

// Puts numbers in quotes: Boost.JSON's own reading of a double may be off in the last bit.
std::string with_quoted_numbers(std::string_view text) {
    std::string out;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\') out += text[i++];
        if (c == '"') in_string = !in_string;
        if (in_string || (c != '-' && (c < '0' || c > '9'))) {
            out += text[i];
            continue;
        }
        const std::size_t end = std::min(text.find_first_not_of("+-.0123456789eE", i), text.size());
        out += '"' + std::string(text.substr(i, end - i)) + '"';
        i = end - 1;
    }
    return out;
}

double double_of(const json::value& value) {
    const std::string_view text(value.as_string());
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    EXPECT_TRUE(read.ec == std::errc() && read.ptr == text.data() + text.size()) << text;
    return number;
}

std::vector<double> doubles_of(const json::value& value) {
    std::vector<double> numbers;
    for (const json::value& number : value.as_array()) numbers.push_back(double_of(number));
    return numbers;
}

// As bits, so that 0.0 is not -0.0.
std::vector<std::uint64_t> bits_of(std::span<const double> numbers) {
    std::vector<std::uint64_t> bits;
    for (const double number : numbers) bits.push_back(std::bit_cast<std::uint64_t>(number));
    return bits;
}

std::size_t first_maximum(const ClassShares& shares) {
    return static_cast<std::size_t>(std::ranges::max_element(shares) - shares.begin());
}

// One of the two imported bundles, whole and as it is served.
struct Imported {
    explicit Imported(const char* folder)
        : path(std::string(FLIGHTCAST_SOURCE_DIR "/src/features/testdata/") + folder),
          bundle(forest::load_bundle(path)),
          predictor(Predictor::load(path)) {}

    std::string path;
    base::Result<forest::Bundle> bundle;
    base::Result<Predictor> predictor;
};

// Votes, probabilities and class of one row are Spark's.
void check_answer(const json::object& expected, const ClassShares& votes) {
    EXPECT_EQ(bits_of(votes), bits_of(doubles_of(expected.at("raw"))));
    const ClassShares probabilities = forest::spark_probabilities(votes);
    if (const json::value* shares = expected.if_contains("probability")) {
        EXPECT_EQ(bits_of(probabilities), bits_of(doubles_of(*shares)));
    }
    const double predicted = double_of(expected.at("Prediction"));
    EXPECT_EQ(static_cast<double>(first_maximum(votes)), predicted);
    EXPECT_EQ(static_cast<double>(flight::predicted_class(probabilities)), predicted);
}

void check_row(const json::object& expected, const std::vector<double>& row) {
    const json::value* const x = expected.if_contains("x");
    if (x == nullptr) return;
    const std::vector<double> spark_row = doubles_of(*x);
    ASSERT_EQ(row.size(), spark_row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
        const bool both_missing = std::isnan(row[i]) && std::isnan(spark_row[i]);
        EXPECT_TRUE(both_missing || row[i] == spark_row[i]) << "feature " << i << ": " << row[i];
    }
}

void check_request(
    const Imported& model, const std::string& request, const json::object& expected
) {
    const std::string record = R"({"UUID": "8e90da7e-63f5-45f9-8f3d-7d948120e5a2")" +
                               (request.size() > 2 ? ", " + request.substr(1) : request.substr(1));
    const auto decoded = flight::decode_request(record, flight::TimeZone());
    ASSERT_TRUE(decoded) << request;
    const forest::SparkModel& spark = *model.bundle->spark;
    const auto encoder = SparkEncoder::make(model.bundle->schema, spark.mode);
    ASSERT_TRUE(encoder) << encoder.error().detail;
    const SparkRow all = encoder->encode(*decoded);
    const std::vector<double> row(all.begin(), all.begin() + encoder->feature_count());
    check_row(expected, row);
    const ClassShares votes = forest::spark_votes(spark.forest, row);
    check_answer(expected, votes);
    EXPECT_EQ(
        bits_of(model.predictor->score(*decoded)), bits_of(forest::spark_probabilities(votes))
    );
}

// The text of the member "request", which holds no other object.
std::string request_text(const std::string& line) {
    constexpr std::string_view kKey = "\"request\": ";
    const std::size_t start = line.find(kKey) + kKey.size();
    return line.substr(start, line.find('}', start) + 1 - start);
}

class GoldenSpark : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(as_deployed_.predictor) << as_deployed_.predictor.error().detail;
        ASSERT_TRUE(corrected_.predictor) << corrected_.predictor.error().detail;
    }

    // Checks a line in both modes; false when it holds no request or vector.
    bool check_line(const std::string& line) const {
        SCOPED_TRACE(line.substr(0, 400));
        const json::value row = json::parse(with_quoted_numbers(line));
        const json::object& object = row.as_object();
        const json::value* const kind = object.if_contains("kind");
        if (kind != nullptr && kind->as_string() == "header") return false;
        if (kind != nullptr && kind->as_string() == "vector") {
            const std::vector<double> x = doubles_of(object.at("x"));
            check_answer(object, forest::spark_votes(corrected_.bundle->spark->forest, x));
            return true;
        }
        const std::string request = kind == nullptr ? line : request_text(line);
        check_request(as_deployed_, request, object.at("as_deployed").as_object());
        check_request(corrected_, request, object.at("indexed_isodow").as_object());
        return true;
    }

    void check_files(const std::string& extract, const std::string& whole, std::size_t rows_whole) {
        const auto files = flight::golden_files(
            FLIGHTCAST_SOURCE_DIR, "../../features/testdata/" + extract, whole
        );
        for (const auto& file : files) {
            std::size_t rows = 0;
            for (const std::string& line : flight::lines_of_file(file)) {
                rows += check_line(line) ? 1 : 0;
                if (HasFailure()) return;
            }
            EXPECT_GE(rows, file.extension() == ".gz" ? rows_whole : 40U) << file;
        }
        if (files.size() == 1) GTEST_SKIP() << "only the extract: no shared/data/" << whole;
    }

    const Imported as_deployed_{"seed-as-deployed"};
    const Imported corrected_{"seed-corrected"};
};

TEST_F(GoldenSpark, RequestsEdgesAndVectorsOfSpark353) {
    // Goal: every row that Spark 3.5.3 scored has the same class, votes and probabilities here.
    check_files("spark353.jsonl", "golden_spark353.jsonl.gz", 15'035);
}

TEST_F(GoldenSpark, RequestsOfTheIndependentReimplementation) {
    // Goal: the same for the rows that another implementation of Spark's rules scored.
    check_files("seed_rf.jsonl", "golden_seed_rf.jsonl.gz", 3'331);
}

}  // namespace
}  // namespace flightcast::features
