// SPDX-License-Identifier: Apache-2.0
#include "features/encode_column.h"

#include <gtest/gtest.h>

#include <bit>
#include <numeric>
#include <span>
#include <string>

#include "base/random.h"
#include "features/flight_facts.h"
#include "features/known_features.h"
#include "features/learn_schema.h"

namespace flightcast::features {
namespace {

dataset::FlightTable draw_table(std::size_t size, base::Random& random) {
    dataset::FlightTable table;
    const auto draw = [&](const char* prefix, std::uint64_t count) {
        return prefix + std::to_string(random.below(count));
    };
    for (std::size_t row = 0; row < size; ++row) {
        table.day.push_back(*dataset::parse_day("2015-01-01") + std::chrono::days(row % 90));
        table.carrier.push_back(*table.carriers.intern(draw("C", 5)));
        table.origin.push_back(*table.airports.intern(draw("A", 12)));
        table.dest.push_back(*table.airports.intern(draw("A", 12)));
        table.scheduled_minute.push_back(static_cast<std::int16_t>(random.below(1'440)));
        table.dep_delay.push_back(static_cast<float>(random.below(60)));
        table.arr_delay.push_back(static_cast<float>(random.below(60)));
        table.distance.push_back(static_cast<float>(random.below(2'000)));
    }
    return table;
}

void check_columns(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    std::span<const KnownFeature> features
) {
    SchemaOptions options{.features = {}, .category_rows_min = 6};
    for (const KnownFeature& known : features) options.features.emplace_back(known.name);
    const auto schema = learn_schema(table, rows, options);
    ASSERT_TRUE(schema) << schema.error().detail;
    const auto encoder = Encoder::make(*schema);
    ASSERT_TRUE(encoder);
    for (std::size_t feature = 0; feature < encoder->feature_count(); ++feature) {
        const std::vector<float> column = encode_column(*encoder, feature, table, rows);
        ASSERT_EQ(column.size(), rows.size());
        for (const std::uint32_t row : rows) {
            const float alone = encoder->encode(facts_of(table, row))[feature];
            ASSERT_EQ(
                std::bit_cast<std::uint32_t>(column[row]), std::bit_cast<std::uint32_t>(alone)
            ) << features[feature].name
              << " of row " << row;
        }
    }
}

TEST(EncodeColumn, GivesWhatTheEncoderGivesRowByRow) {
    // Goal: for every known feature a column has, bit for bit, the values of encoding each flight
    // alone, rare (unknown) categories among them.
    constexpr std::uint64_t kSeed = 3;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    const dataset::FlightTable table = draw_table(600, random);
    std::vector<std::uint32_t> rows(table.size());
    std::iota(rows.begin(), rows.end(), 0U);
    // Half of them at a time: a model has at most limits::kModelFeaturesMax.
    const std::size_t half = kKnownFeatures.size() / 2;
    const std::span<const KnownFeature> all = kKnownFeatures;
    check_columns(table, rows, all.first(half));
    check_columns(table, rows, all.subspan(half));
}

}  // namespace
}  // namespace flightcast::features
