// SPDX-License-Identifier: Apache-2.0
#include "forest/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "base/temporary_folder.h"
#include "forest/bundle_testing.h"
#include "forest/forest_file.h"
#include "forest/spark_testing.h"

namespace flightcast::forest {
namespace {

using base::Errc;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

base::Result<Bundle> parse(const BundleBytes& bytes) {
    return parse_bundle(bytes.bundle_json, bytes.forest_bin, "model");
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

Distributions small_distributions() {
    return {
        .features =
            {{.feature = "DepDelay", .edges = {-4.5F, 0.1F}, .counts = {3, 4, 5, 0}},
             {.feature = "Carrier", .categories = {2, 0}, .counts = {6, 4, 1, 1}}},
        .answers = {1, 2, 3, 4}
    };
}

TEST(Bundle, ComesBackAsItWas) {
    // Goal: a serialized bundle is parsed to the same one, twice to the same bytes.
    base::SeededRandom random(7);
    Bundle wide = make_small_bundle();
    wide.schema = make_wide_schema();
    wide.forest = make_random_forest(wide.schema, random);
    wide.version = version_of(wide.schema, wide.forest);
    Bundle refit = make_small_bundle();
    refit.provenance.judged = {
        .train_first_day = "2015-01-01", .train_last_day = "2015-01-24", .train_rows = 1'000
    };
    Bundle spread = make_small_bundle();
    spread.distributions = small_distributions();
    EXPECT_THAT(serialize(spread).bundle_json, HasSubstr("\"distributions\""));
    EXPECT_THAT(serialize(refit).bundle_json, Not(HasSubstr("\"distributions\"")));
    for (const Bundle& bundle :
         {make_small_bundle(),
          refit,
          spread,
          wide,
          make_small_spark_bundle(SparkMode::as_deployed),
          make_small_spark_bundle(SparkMode::corrected)}) {
        const BundleBytes bytes = serialize(bundle);
        const auto again = parse(bytes);
        ASSERT_TRUE(again) << again.error().detail;
        EXPECT_TRUE(*again == bundle);
        EXPECT_EQ(serialize(*again).bundle_json, bytes.bundle_json);
        EXPECT_EQ(serialize(*again).forest_bin, bytes.forest_bin);
    }
}

TEST(Bundle, ForestFileHasTheBytesOfVersion1) {
    // Goal: the format does not change unnoticed; the bytes follow the layout in forest_file.h.
    constexpr std::string_view kGolden =
        "4643464f52455354"
        "01000000"
        "04000000"
        "01000000"
        "05000000"
        "03000000"
        "01000000"
        "00000000"
        "00002041"
        "01000080"
        "00000000"
        "00000000"
        "00000000"
        "03000001"
        "01000000"
        "00000000"
        "02000000"
        "00000000"
        "000000c0ff3f0000"
        "0000000000c0ff3f"
        "000000000000ffff"
        "06000000";
    std::string hex;
    for (const std::byte byte : serialize_forest(make_small_bundle().forest)) {
        hex += "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4U];
        hex += "0123456789abcdef"[std::to_integer<unsigned>(byte) & 15U];
    }
    ASSERT_EQ(hex.size(), kGolden.size() + 8) << "and a checksum";
    EXPECT_EQ(hex.substr(0, kGolden.size()), kGolden);
}

TEST(Bundle, VersionFollowsWhatDecidesTheAnswers) {
    // Goal: schema and forest change the version, name and provenance do not.
    const Bundle bundle = make_small_bundle();
    Bundle other = bundle;
    other.forest.leaves[0][1] -= 1;
    EXPECT_NE(version_of(other.schema, other.forest), bundle.version);
    other = bundle;
    other.schema.features[1].categories[0] = "DL";
    EXPECT_NE(version_of(other.schema, other.forest), bundle.version);
    EXPECT_EQ(bundle.version.size(), 12U);
}

TEST(Bundle, RefusesEveryTruncation) {
    // Goal: a file cut off anywhere is corrupt, and the error names it.
    const BundleBytes whole = serialize(make_small_bundle());
    for (std::size_t size = 0; size < whole.forest_bin.size(); ++size) {
        BundleBytes cut = whole;
        cut.forest_bin.resize(size);
        const auto parsed = parse(cut);
        ASSERT_FALSE(parsed) << size;
        EXPECT_EQ(parsed.error().code, Errc::corrupt) << size;
        EXPECT_THAT(parsed.error().detail, StartsWith("model/forest.bin is cut off; copy"));
    }
    const std::size_t end = whole.bundle_json.find_last_of('}');
    for (std::size_t size = 0; size <= end; ++size) {
        BundleBytes cut = whole;
        cut.bundle_json.resize(size);
        const auto parsed = parse(cut);
        ASSERT_FALSE(parsed) << size;
        EXPECT_EQ(parsed.error().code, Errc::corrupt) << size;
        EXPECT_THAT(parsed.error().detail, StartsWith("model/bundle.json is no JSON object"));
    }
}

TEST(Bundle, RefusesEveryFlippedBit) {
    // Goal: no single wrong bit in forest.bin goes unnoticed.
    const BundleBytes whole = serialize(make_small_bundle());
    for (std::size_t bit = 0; bit < whole.forest_bin.size() * 8; ++bit) {
        BundleBytes damaged = whole;
        damaged.forest_bin[bit / 8] ^= std::byte{1} << (bit % 8);
        const auto parsed = parse(damaged);
        ASSERT_FALSE(parsed) << bit;
        EXPECT_THAT(parsed.error().detail, StartsWith("model/forest.bin")) << bit;
    }
}

TEST(Bundle, RefusesNewerFormats) {
    // Goal: a newer format is told apart from damage, whatever else changed in it.
    BundleBytes bytes = serialize(make_small_bundle());
    bytes.bundle_json = R"({"format_version": 3, "trees": "elsewhere"})";
    const auto newer_json = parse(bytes);
    ASSERT_FALSE(newer_json);
    EXPECT_EQ(newer_json.error().code, Errc::unsupported);
    EXPECT_THAT(
        newer_json.error().detail,
        AllOf(HasSubstr("model/bundle.json has format version 3"), HasSubstr("upgrade flightcast"))
    );
    bytes = serialize(make_small_bundle());
    bytes.forest_bin[8] = std::byte{3};
    const auto newer_forest = parse(bytes);
    ASSERT_FALSE(newer_forest);
    EXPECT_EQ(newer_forest.error().code, Errc::unsupported);
    EXPECT_THAT(newer_forest.error().detail, HasSubstr("model/forest.bin has format version 3"));
}

struct JsonCase {
    std::string_view from;
    std::string_view to;
    std::string_view message;
};

TEST(Bundle, NamesWhatIsWrongInItsJson) {
    // Goal: each broken part is refused with a message that names it.
    const std::vector<JsonCase> cases = {
        {"\"format_version\": 1", "\"format_version\": \"1\"", "has no format_version"},
        {"\"format_version\": 1", "\"format_version\": 0", "has no format_version"},
        {"\"name\": \"small\"", "\"name\": \"a/b\"", "bad \"name\""},
        {"\"name\": \"small\"", "\"name\": \"\"", "bad \"name\""},
        {"\"name\": \"small\"", "\"label\": \"small\"", "lacks \"name\""},
        {"-15,0,30", "-15,0,60", "other classes"},
        {"\"numeric\"", "\"ordinal\"", "neither numeric nor categorical"},
        {"[\"AA\",\"B6\",\"UA\"]", "[]", "empty \"categories\""},
        {"[\"AA\",\"B6\",\"UA\"]", "[\"AA\",\"B6\",\"AA\"]", "repeats an entry"},
        {"[\"AA\",\"B6\",\"UA\"]", "[\"AA\",\"B6\",3]", "has no text at \"categories\""},
        {"[\"AA\",\"B6\",\"UA\"]", "[\"AA\",\"B6\",\"WN\"]", "are not what version"},
        {"\"train_rows\":80", "\"train_rows\":-1", "has no count at \"train_rows\""},
        {"\"accuracy\":5E-1", "\"accuracy\":null", "has no number at \"figures\""},
    };
    const BundleBytes whole = serialize(make_small_bundle());
    for (const JsonCase& c : cases) {
        BundleBytes damaged = whole;
        damaged.bundle_json = replaced(whole.bundle_json, c.from, c.to);
        const auto parsed = parse(damaged);
        ASSERT_FALSE(parsed) << c.message;
        EXPECT_EQ(parsed.error().code, Errc::corrupt) << c.message;
        EXPECT_THAT(
            parsed.error().detail, AllOf(StartsWith("model/bundle.json"), HasSubstr(c.message))
        );
    }
}

TEST(Bundle, NamesWhatIsWrongInItsDistributions) {
    // Goal: bins without counts, edges that do not rise and counts that are none are refused.
    Bundle bundle = make_small_bundle();
    bundle.distributions = small_distributions();
    const BundleBytes whole = serialize(bundle);
    const std::vector<JsonCase> cases = {
        {"\"counts\":[3,4,5,0]", "\"counts\":[3,4,5]", "differ in number"},
        {"\"counts\":[3,4,5,0]", "\"counts\":[3,4,5,-1]", "has no count"},
        {"\"counts\":[3,4,5,0]", "\"count\":[3,4,5,0]", "lacks a feature or its counts"},
        {"-4.5E0", "4.5E0", "do not rise"},
        {"\"answers\":[1,2,3,4]", "\"answers\":[1,2,3]", "lacks features or answers"},
    };
    for (const JsonCase& c : cases) {
        BundleBytes damaged = whole;
        damaged.bundle_json = replaced(whole.bundle_json, c.from, c.to);
        const auto parsed = parse(damaged);
        ASSERT_FALSE(parsed) << c.message;
        EXPECT_EQ(parsed.error().code, Errc::corrupt) << c.message;
        EXPECT_THAT(parsed.error().detail, HasSubstr(c.message));
    }
}

TEST(Bundle, RefusesNumbersThatAFloatCannotHold) {
    // Goal: a huge value of an encoding is an error, not infinity.
    Bundle bundle = make_small_bundle();
    bundle.schema = make_wide_schema();
    for (const auto& [from, to] :
         {std::pair("-4.5E0", "1E39"), std::pair("\"unknown\":-1E0", "\"unknown\":-1E255")}) {
        BundleBytes bytes = serialize(bundle);
        bytes.bundle_json = replaced(bytes.bundle_json, from, to);
        const auto parsed = parse(bytes);
        ASSERT_FALSE(parsed) << to;
        EXPECT_EQ(parsed.error().code, Errc::corrupt);
        EXPECT_THAT(parsed.error().detail, HasSubstr("has too large a number at"));
    }
}

TEST(Bundle, RefusesTheForestOfAnotherModel) {
    // Goal: two files that are good but do not belong together are told apart.
    Bundle other = make_small_bundle();
    other.forest.leaves[1] = {1, 2, 3, 4};
    BundleBytes mixed = serialize(make_small_bundle());
    mixed.forest_bin = serialize_forest(other.forest);
    const auto parsed = parse(mixed);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, Errc::corrupt);
    EXPECT_THAT(parsed.error().detail, HasSubstr("copy all files"));
}

TEST(Bundle, LivesInAFolder) {
    // Goal: saved bundles load, replace older ones, leave no drafts; absent files are named.
    const base::TemporaryFolder folder;
    const auto absent = load_bundle(folder.path() / "absent");
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().code, Errc::not_found);
    EXPECT_THAT(absent.error().detail, HasSubstr("absent/bundle.json"));

    const auto path = folder.path() / "deep" / "model";
    Bundle bundle = make_small_bundle();
    ASSERT_TRUE(save_bundle(bundle, path));
    bundle.name = "second";
    ASSERT_TRUE(save_bundle(bundle, path));
    const auto loaded = load_bundle(path);
    ASSERT_TRUE(loaded) << loaded.error().detail;
    EXPECT_TRUE(*loaded == bundle);
    const auto files = std::filesystem::directory_iterator(path);
    EXPECT_EQ(std::distance(begin(files), end(files)), 2);

    std::filesystem::remove(path / kForestFile);
    const auto half = load_bundle(path);
    ASSERT_FALSE(half);
    EXPECT_EQ(half.error().code, Errc::not_found);
    EXPECT_THAT(half.error().detail, HasSubstr("forest.bin"));
}

TEST(Bundle, ImportedOnesLiveInAFolderToo) {
    // Goal: an imported model replaces one of our own and the other way round; its parts are named.
    const base::TemporaryFolder folder;
    const Bundle spark = make_small_spark_bundle(SparkMode::corrected);
    for (const Bundle& bundle : {make_small_bundle(), spark, make_small_bundle(), spark}) {
        ASSERT_TRUE(save_bundle(bundle, folder.path()));
        const auto loaded = load_bundle(folder.path());
        ASSERT_TRUE(loaded) << loaded.error().detail;
        EXPECT_TRUE(*loaded == bundle);
        const auto files = std::filesystem::directory_iterator(folder.path());
        EXPECT_EQ(std::distance(begin(files), end(files)), 2);
    }
    std::filesystem::remove(folder.path() / kSparkForestFile);
    EXPECT_THAT(load_bundle(folder.path()).error().detail, HasSubstr("spark_forest.bin"));
}

TEST(Bundle, SparksModeIsPartOfItsVersion) {
    // Goal: the mode is in bundle.json, known, and cannot be changed there by hand.
    const BundleBytes whole = serialize(make_small_spark_bundle(SparkMode::as_deployed));
    EXPECT_THAT(
        whole.bundle_json, HasSubstr(R"("spark": {"mode":"as-deployed","saved_by_spark":"3.5.3"})")
    );
    for (const auto& [mode, message] :
         {std::pair("corrected", "spark_forest.bin are not what version"),
          std::pair("repaired", "neither as-deployed nor corrected")}) {
        BundleBytes changed = whole;
        changed.bundle_json = replaced(whole.bundle_json, "as-deployed", mode);
        const auto parsed = parse(changed);
        ASSERT_FALSE(parsed);
        EXPECT_EQ(parsed.error().code, Errc::corrupt);
        EXPECT_THAT(parsed.error().detail, HasSubstr(message));
    }
    BundleBytes mixed = whole;
    mixed.forest_bin = serialize(make_small_bundle()).forest_bin;
    EXPECT_THAT(parse(mixed).error().detail, HasSubstr("no imported Spark forest"));
}

TEST(Bundle, SavingWhereItCannotBeSaysWhy) {
    // Goal: a file where a folder is needed gives an error with its name.
    const base::TemporaryFolder folder;
    const auto path = folder.write("file", "x");
    const auto saved = save_bundle(make_small_bundle(), path);
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, Errc::io);
    EXPECT_THAT(saved.error().detail, HasSubstr(path.string()));
}

TEST(Bundle, NamesAreSafeInPathsAndRecords) {
    // Goal: only names that need no quoting anywhere are accepted.
    for (const std::string_view good : {"a", "flightcast", "v1.2_x-Y", "0"}) {
        EXPECT_TRUE(is_bundle_name(good)) << good;
    }
    for (const std::string& bad :
         {std::string(),
          std::string("a b"),
          std::string("a@b"),
          std::string("a/b"),
          std::string("\xC3\xA9"),
          std::string(65, 'a')}) {
        EXPECT_FALSE(is_bundle_name(bad)) << bad;
    }
}

}  // namespace
}  // namespace flightcast::forest
