// SPDX-License-Identifier: Apache-2.0
#include "app/train/train_run.h"

#include <span>
#include <utility>

#include "evaluate/baselines.h"
#include "evaluate/permutation.h"
#include "features/encoder.h"
#include "features/known_features.h"
#include "features/learn_schema.h"
#include "features/predictor.h"
#include "train/encode_rows.h"

namespace flightcast::app::train {
namespace {

// Judges the model in `bundle` and the baselines on the later flights.
base::Result<flightcast::evaluate::Judgement> judge_bundle(
    const dataset::FlightTable& table,
    const dataset::DaySplit& split,
    const forest::Bundle& bundle,
    const flightcast::train::ForestOptions& options
) {
    FC_TRY(const features::Predictor model, features::Predictor::make(bundle));
    std::vector<flightcast::evaluate::Candidate> candidates = {
        flightcast::evaluate::candidate_of("forest", model, table, options.threads)
    };
    for (auto& baseline : flightcast::evaluate::baselines_of(*bundle.delay_counts, table)) {
        candidates.push_back(std::move(baseline));
    }
    flightcast::evaluate::Judgement judgement =
        flightcast::evaluate::judge(table, split.validate, candidates, options.seed);
    judgement.gain = bundle.gain;
    judgement.permutation =
        flightcast::evaluate::permute_fields(model, table, split.validate, options.seed);
    return judgement;
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
        flightcast::train::TrainingSet set,
        flightcast::train::encode_rows(
            table,
            split.train,
            schema,
            encoder,
            {.bins_max = options.bins_max, .threads = options.forest.threads}
        )
    );

    listener.starts(TrainStep::grow);
    FC_TRY(
        flightcast::train::GrownForest grown,
        flightcast::train::grow_forest(set, options.forest, [&](std::size_t done) {
            listener.grew(done, options.forest.trees);
        })
    );
    set = {};

    listener.starts(TrainStep::judge);
    TrainOutcome outcome;
    outcome.out_of_bag = grown.out_of_bag;
    forest::Bundle& bundle = outcome.bundle;
    bundle.name = options.name;
    bundle.version = forest::version_of(schema, grown.forest);
    for (std::size_t i = 0; i < schema.features.size(); ++i) {
        bundle.gain.emplace_back(schema.features[i].name, grown.gain[i]);
    }
    bundle.feature_set = features::kFeatureSetVersion;
    bundle.schema = std::move(schema);
    bundle.forest = std::move(grown.forest);
    bundle.provenance = provenance_of(options, flights.reports, split);
    bundle.delay_counts = flightcast::evaluate::count_delays(table, split.train);
    FC_TRY(outcome.judgement, judge_bundle(table, split, bundle, options.forest));
    for (const flightcast::evaluate::Contestant& contestant : outcome.judgement.contestants) {
        bundle.scoreboards.push_back(
            {contestant.name, flightcast::evaluate::figures_of(contestant.metrics)}
        );
    }
    outcome.reports = std::move(flights.reports);
    return outcome;
}

}  // namespace flightcast::app::train
