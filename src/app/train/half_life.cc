// SPDX-License-Identifier: Apache-2.0
#include "app/train/half_life.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "evaluate/metrics.h"
#include "features/encode_column.h"
#include "features/encoder.h"
#include "features/learn_schema.h"
#include "flight/prediction.h"
#include "forest/walk/walker.h"
#include "train/encode_rows.h"
#include "train/random_forest.h"

namespace flightcast::app::train {
namespace {

constexpr std::array kHalfLives = {0.0, 30.0, 90.0, 180.0, 365.0};
constexpr std::size_t kLearnRowsMax = 200'000;
constexpr std::size_t kJudgeRowsMax = 50'000;
constexpr std::size_t kTrees = 20;
constexpr std::size_t kJudgedPart = 6;  // of the days, the last

struct Parts {
    dataset::RowIds learn;
    dataset::RowIds judge;
};

dataset::RowIds thinned(const dataset::RowIds& rows, std::size_t most) {
    const std::size_t every = rows.size() / most + 1;
    dataset::RowIds some;
    for (std::size_t i = 0; i < rows.size(); i += every) some.push_back(rows[i]);
    return some;
}

Parts split(const dataset::FlightTable& table, std::span<const std::uint32_t> rows) {
    std::set<dataset::Day> days;
    for (const std::uint32_t row : rows) days.insert(table.day[row]);
    const auto first_judged = std::next(
        days.begin(), static_cast<std::ptrdiff_t>(days.size() - days.size() / kJudgedPart)
    );
    Parts parts;
    for (const std::uint32_t row : rows) {
        const bool is_judged = first_judged != days.end() && table.day[row] >= *first_judged;
        (is_judged ? parts.judge : parts.learn).push_back(row);
    }
    return {thinned(parts.learn, kLearnRowsMax), thinned(parts.judge, kJudgeRowsMax)};
}

// The log loss of a forest on the judged rows.
double loss_of(
    const forest::Forest& forest,
    const forest::Schema& schema,
    const features::Encoder& encoder,
    const dataset::FlightTable& table,
    const dataset::RowIds& rows
) {
    const std::size_t width = encoder.feature_count();
    std::vector<float> values(rows.size() * width);
    for (std::size_t feature = 0; feature < width; ++feature) {
        const auto column = features::encode_column(encoder, feature, table, rows);
        for (std::size_t i = 0; i < rows.size(); ++i) values[i * width + feature] = column[i];
    }
    const forest::walk::Walker walker(forest, schema);
    const auto answers = walker.score_rows(values);
    double loss = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double share = answers[i][flight::class_of_delay(table.arr_delay[rows[i]])];
        loss -= std::log(std::max(share, flightcast::evaluate::kProbabilityMin));
    }
    return loss / static_cast<double>(rows.size());
}

}  // namespace

base::Result<double> choose_half_life(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    const TrainOptions& options
) {
    const Parts parts = split(table, rows);
    if (parts.judge.empty()) return 0.0;
    FC_TRY(const forest::Schema schema, features::learn_schema(table, parts.learn, options.schema));
    FC_TRY(const features::Encoder encoder, features::Encoder::make(schema));
    flightcast::train::ForestOptions forest = options.forest;
    forest.trees = std::min(forest.trees, kTrees);
    double best = 0;
    double least = INFINITY;
    for (const double half_life : kHalfLives) {
        FC_TRY(
            const flightcast::train::TrainingSet set,
            flightcast::train::encode_rows(
                table,
                parts.learn,
                schema,
                encoder,
                {.bins_max = options.bins_max,
                 .means = options.schema.means(),
                 .threads = forest.threads,
                 .half_life_days = half_life}
            )
        );
        FC_TRY(
            flightcast::train::GrownForest grown,
            flightcast::train::grow_forest(set, forest, [](std::size_t) {})
        );
        const double loss = loss_of(grown.forest, schema, encoder, table, parts.judge);
        if (!(loss < least)) continue;
        least = loss;
        best = half_life;
    }
    return best;
}

}  // namespace flightcast::app::train
