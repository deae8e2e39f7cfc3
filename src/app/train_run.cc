// SPDX-License-Identifier: Apache-2.0
#include "app/train_run.h"

#include <span>
#include <utility>

#include "evaluate/baselines.h"
#include "features/encoder.h"
#include "features/flight_facts.h"
#include "features/learn_schema.h"
#include "forest/scorer.h"
#include "train/encode_rows.h"

namespace flightcast::app {
namespace {

// Judges `answer(row)` on every row.
template <typename Answer>
evaluate::Metrics judge(
    const dataset::FlightTable& table, std::span<const std::uint32_t> rows, const Answer& answer
) {
    std::vector<evaluate::Judged> judged;
    judged.reserve(rows.size());
    for (const std::uint32_t row : rows) judged.push_back({answer(row), table.arr_delay[row]});
    return evaluate::measure(judged);
}

std::vector<Contestant> judge_all(
    const dataset::FlightTable& table,
    const dataset::DaySplit& split,
    const features::Encoder& encoder,
    const forest::Scorer& scorer
) {
    const evaluate::DepDelayTable by_delay(table, split.train);
    const flight::Probabilities majority = evaluate::class_shares(table, split.train);
    const auto by_forest = [&](std::uint32_t row) -> flight::Probabilities {
        const features::FeatureRow encoded = encoder.encode(features::facts_of(table, row));
        return scorer.score(std::span(encoded).first(encoder.feature_count()));
    };
    return {
        {"forest", judge(table, split.validate, by_forest)},
        {"dep_delay_table",
         judge(
             table,
             split.validate,
             [&](std::uint32_t row) { return by_delay.answer(table.dep_delay[row]); }
         )},
        {"majority", judge(table, split.validate, [&](std::uint32_t) { return majority; })},
    };
}

forest::Provenance provenance_of(
    const TrainOptions& options,
    std::span<const dataset::FileReport> reports,
    const dataset::DaySplit& split
) {
    forest::Provenance provenance{
        .command = command_line(options),
        .files = {},
        .train_first_day = dataset::to_string(split.train_first),
        .train_last_day = dataset::to_string(split.train_last),
        .train_rows = split.train.size(),
        .validate_first_day = dataset::to_string(split.validate_first),
        .validate_last_day = dataset::to_string(split.validate_last),
        .validate_rows = split.validate.size(),
    };
    for (const dataset::FileReport& report : reports) {
        provenance.files.push_back({
            .name = std::filesystem::path(report.file).filename().string(),
            .rows_kept = report.kept,
            .rows_left_out =
                report.cancelled + report.diverted + report.without_delays + report.bad_rows(),
        });
    }
    return provenance;
}

}  // namespace

base::Result<TrainOutcome> train_model(const TrainOptions& options, TrainListener& listener) {
    listener.starts(TrainStep::read);
    dataset::LoadOptions load = options.load;
    load.stop = options.forest.stop;
    load.on_progress = [&](const dataset::LoadProgress& progress) { listener.read(progress); };
    FC_TRY(dataset::LoadedFlights flights, dataset::load_flights(options.data, load));
    const dataset::FlightTable& table = flights.table;
    FC_TRY(const dataset::DaySplit split, dataset::split_by_day(table, options.days));

    listener.starts(TrainStep::encode);
    FC_TRY(forest::Schema schema, features::learn_schema(table, split.train, options.schema));
    FC_TRY(const features::Encoder encoder, features::Encoder::make(schema));
    FC_TRY(
        train::TrainingSet set,
        train::encode_rows(
            table,
            split.train,
            schema,
            encoder,
            {.bins_max = options.bins_max, .threads = options.forest.threads}
        )
    );

    listener.starts(TrainStep::grow);
    FC_TRY(train::GrownForest grown, train::grow_forest(set, options.forest, [&](std::size_t done) {
               listener.grew(done, options.forest.trees);
           }));
    set = {};

    listener.starts(TrainStep::judge);
    const forest::Scorer scorer(grown.forest, schema);
    TrainOutcome outcome;
    outcome.out_of_bag = grown.out_of_bag;
    outcome.contestants = judge_all(table, split, encoder, scorer);
    outcome.bundle.name = options.name;
    outcome.bundle.version = forest::version_of(schema, grown.forest);
    outcome.bundle.schema = std::move(schema);
    outcome.bundle.forest = std::move(grown.forest);
    outcome.bundle.provenance = provenance_of(options, flights.reports, split);
    for (const Contestant& contestant : outcome.contestants) {
        outcome.bundle.scoreboards.push_back(
            {contestant.name, evaluate::figures_of(contestant.metrics)}
        );
    }
    outcome.reports = std::move(flights.reports);
    return outcome;
}

}  // namespace flightcast::app
