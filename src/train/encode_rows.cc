// SPDX-License-Identifier: Apache-2.0
#include "train/encode_rows.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "features/encode_column.h"
#include "flight/prediction.h"
#include "train/fair_minutes.h"

namespace flightcast::train {
namespace {

base::Result<void> check_classes(std::span<const std::uint8_t> classes) {
    const std::uint8_t first = classes.front();
    if (!std::ranges::all_of(classes, [first](std::uint8_t c) { return c == first; })) return {};
    return base::fail(
        base::Errc::invalid_argument,
        "all " + std::to_string(classes.size()) + " flights to learn from are of class " +
            std::to_string(first) + "; a model needs flights of two classes at least"
    );
}

// A column of which every value is missing says nothing, and how it should be answered when it is
// there cannot be learned.
base::Result<void> check_column(const BinnedColumn& column, const std::string& name) {
    for (std::size_t row = 0; row < column.rows(); ++row) {
        if (column.bin_of(row) != column.missing_bin()) return {};
    }
    return base::fail(
        base::Errc::invalid_argument,
        "no flight to learn from has a " + name +
            "; leave it out of --features, or give files that have it"
    );
}

float unknown_of(const forest::Schema& schema, std::size_t feature) {
    const std::string& name = schema.features[feature].name;
    return std::ranges::find(schema.encodings, name, &forest::Encoding::feature)->unknown;
}

// 2^(-age / half-life), the last of the flights having the age 0.
std::vector<float> weights_of(
    const dataset::FlightTable& table, std::span<const std::uint32_t> rows, double half_life_days
) {
    std::vector<float> weights;
    if (half_life_days <= 0) return weights;
    dataset::Day last = table.day[rows.front()];
    for (const std::uint32_t row : rows) last = std::max(last, table.day[row]);
    weights.reserve(rows.size());
    for (const std::uint32_t row : rows) {
        const auto age = static_cast<double>((last - table.day[row]).count());
        weights.push_back(static_cast<float>(std::exp2(-age / half_life_days)));
    }
    return weights;
}

}  // namespace

std::vector<float> learning_values(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    const FeatureTables& tables,
    std::size_t feature
) {
    const features::KnownFeature& known = tables.encoder.known(feature);
    if (known.source != features::FeatureSource::encoding) {
        return features::encode_column(tables.encoder, feature, table, rows);
    }
    const float unknown = unknown_of(tables.schema, feature);
    return fair_minutes(table, rows, known.key, unknown, tables.means);
}

base::Result<TrainingSet> encode_rows(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    const forest::Schema& schema,
    const features::Encoder& encoder,
    const EncodeOptions& options
) {
    FC_CHECK(!rows.empty());
    TrainingSet set;
    set.classes.reserve(rows.size());
    for (const std::uint32_t row : rows) {
        set.classes.push_back(
            static_cast<std::uint8_t>(flight::class_of_delay(table.arr_delay[row]))
        );
    }
    FC_TRY_VOID(check_classes(set.classes));
    set.weights = weights_of(table, rows, options.half_life_days);
    set.columns.resize(schema.features.size());
    const FeatureTables tables{schema, encoder, options.means};
    const auto values_of = [&](std::size_t feature) {
        return learning_values(table, rows, tables, feature);
    };
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next.fetch_add(1); i < set.columns.size(); i = next.fetch_add(1)) {
            set.columns[i] = bin_column(schema.features[i], values_of(i), options.bins_max);
        }
    };
    {
        std::vector<std::jthread> helpers;
        const std::size_t threads = std::min(options.threads, set.columns.size());
        for (std::size_t i = 1; i < threads; ++i) helpers.emplace_back(work);
        work();
    }
    for (std::size_t i = 0; i < set.columns.size(); ++i) {
        FC_TRY_VOID(check_column(set.columns[i], schema.features[i].name));
    }
    return set;
}

}  // namespace flightcast::train
