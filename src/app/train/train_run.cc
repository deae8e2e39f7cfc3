// SPDX-License-Identifier: Apache-2.0
#include "app/train/train_run.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>

#include "app/train/half_life.h"
#include "app/train/train_flights.h"
#include "drift/bins.h"
#include "evaluate/baselines.h"
#include "evaluate/permutation.h"
#include "features/encoder.h"
#include "features/known_features.h"
#include "features/learn_schema.h"
#include "features/predictor.h"
#include "train/encode_rows.h"
#include "train/random_forest.h"

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
            .name = options.log ? options.log->serve.response_topic
                                : std::filesystem::path(report.file).filename().string(),
            .rows_kept = report.kept,
            .rows_left_out = report.cancelled + report.diverted + report.without_delays +
                             report.airport_numbers + report.left_out_unplaced + report.bad_rows(),
        });
    }
    return provenance;
}

// Learns from `rows` all that decides the answers, and puts it into `bundle`.
class Learner {
  public:
    Learner(const dataset::FlightTable& table, const TrainOptions& options, TrainListener& listener)
        : table_(table), options_(options), listener_(listener) {}

    // `on_grow` is called when the features are computed.
    base::Result<flightcast::train::OutOfBag> learn(
        std::span<const std::uint32_t> rows,
        const std::function<void()>& on_grow,
        forest::Bundle& bundle
    ) {
        FC_TRY(forest::Schema schema, features::learn_schema(table_, rows, options_.schema));
        FC_TRY(const flightcast::train::TrainingSet set, encode(rows, schema));
        on_grow();
        const auto on_tree = [this](std::size_t done) {
            listener_.grew(done, options_.forest.trees);
        };
        FC_TRY(
            flightcast::train::GrownForest grown,
            flightcast::train::grow_forest(set, options_.forest, on_tree)
        );
        bundle.version = forest::version_of(schema, grown.forest, bundle.online);
        bundle.gain.clear();
        for (std::size_t i = 0; i < schema.features.size(); ++i) {
            bundle.gain.emplace_back(schema.features[i].name, grown.gain[i]);
        }
        bundle.schema = std::move(schema);
        bundle.forest = std::move(grown.forest);
        bundle.delay_counts = flightcast::evaluate::count_delays(table_, rows);
        FC_TRY(const features::Encoder encoder, features::Encoder::make(bundle.schema));
        if (!bundle.distributions) bundle.distributions.emplace();
        bundle.distributions->features =
            drift::distributions_of(table_, rows, bundle.schema, encoder);
        return grown.out_of_bag;
    }

  private:
    base::Result<flightcast::train::TrainingSet> encode(
        std::span<const std::uint32_t> rows, const forest::Schema& schema
    ) {
        FC_TRY(const features::Encoder encoder, features::Encoder::make(schema));
        return flightcast::train::encode_rows(
            table_,
            rows,
            schema,
            encoder,
            {.bins_max = options_.bins_max,
             .means = options_.schema.means(),
             .threads = options_.forest.threads,
             .half_life_days = options_.half_life_days}
        );
    }

    const dataset::FlightTable& table_;
    const TrainOptions& options_;
    TrainListener& listener_;
};

// The flights up to the last day that was judged on.
dataset::RowIds rows_until(const dataset::FlightTable& table, dataset::Day last) {
    dataset::RowIds rows;
    for (std::uint32_t row = 0; row < table.size(); ++row) {
        if (table.day[row] <= last) rows.push_back(row);
    }
    return rows;
}

// The bundle that was judged learned up to here; from now on it is one that learned from `rows`.
void note_refit(forest::Provenance& made, std::size_t rows) {
    made.judged = {
        .train_first_day = made.train_first_day,
        .train_last_day = made.train_last_day,
        .train_rows = made.train_rows,
    };
    made.train_last_day = made.validate_last_day;
    made.train_rows = rows;
}

// When nothing can be learned from flights, they were misread, perhaps: so it is said how.
base::Error with_reading(base::Error error, std::span<const dataset::FileReport> reports) {
    const dataset::FileReport& first = reports.front();
    error.detail += " (read: " + std::to_string(first.kept) + " flights of " + first.file + ", " +
                    first.reading + (reports.size() > 1 ? "; and further files)" : ")");
    return error;
}

// The judged flights by the class that the forest answered.
std::array<std::uint64_t, forest::kClassCount> answers_of(
    const flightcast::evaluate::Judgement& judgement
) {
    std::array<std::uint64_t, forest::kClassCount> answers{};
    for (const auto& observed : judgement.contestants.front().metrics.confusion) {
        for (std::size_t c = 0; c < answers.size(); ++c) answers[c] += observed[c];
    }
    return answers;
}

// The state that a model with online features goes on from, which learned until `last`.
std::optional<forest::OnlineState> state_at(const TrainFlights& flights, dataset::Day last) {
    const auto found = std::ranges::find(flights.rows.states, last, &timeline::CutState::last);
    if (found == flights.rows.states.end()) return std::nullopt;
    return forest::OnlineState{.bytes = found->bytes};
}

// The options with the features that were chosen, and the share of them that a split looks at: for
// online features two fifths, because most of them say much the same.
TrainOptions with_features(TrainOptions options, const TrainFlights& flights) {
    options.schema.features = flights.features;
    std::size_t& drawn = options.forest.tree.features_per_split;
    if (flights.is_online() && drawn == 0) drawn = (2 * flights.features.size() + 4) / 5;
    return options;
}

// All steps after the reading.
base::Result<TrainOutcome> learn_and_judge(
    TrainFlights& flights, const TrainOptions& options, TrainListener& listener
) {
    const dataset::FlightTable& table = flights.rows.table;
    FC_TRY(const dataset::DaySplit split, dataset::split_by_day(table, options.days));

    listener.starts(TrainStep::encode);
    FC_TRY_VOID(fill_online(flights, split));
    TrainOutcome outcome;
    forest::Bundle& bundle = outcome.bundle;
    bundle.name = options.name;
    bundle.feature_set =
        flights.is_online() ? features::kFeatureSetVersion : features::kStaticFeatureSetVersion;
    bundle.provenance = provenance_of(options, flights.reports, split);
    bundle.online = state_at(flights, split.train_last);
    TrainOptions chosen = options;
    if (options.chooses_half_life) {
        FC_TRY(chosen.half_life_days, choose_half_life(table, split.train, options));
        bundle.provenance.command = command_line(chosen);
    }
    Learner learner(table, chosen, listener);
    const auto on_grow = [&] { listener.starts(TrainStep::grow); };
    FC_TRY(outcome.out_of_bag, learner.learn(split.train, on_grow, bundle));

    listener.starts(TrainStep::judge);
    FC_TRY(outcome.judgement, judge_bundle(table, split, bundle, options.forest));
    for (const flightcast::evaluate::Contestant& contestant : outcome.judgement.contestants) {
        bundle.scoreboards.push_back(
            {contestant.name, flightcast::evaluate::figures_of(contestant.metrics)}
        );
    }
    bundle.distributions->answers = answers_of(outcome.judgement);
    if (options.refit) {
        listener.starts(TrainStep::refit);
        const dataset::RowIds rows = rows_until(table, split.validate_last);
        bundle.online = state_at(flights, split.validate_last);
        FC_TRY(outcome.out_of_bag, learner.learn(rows, [] {}, bundle));
        note_refit(bundle.provenance, rows.size());
    }
    outcome.reports = flights.reports;
    outcome.notes = flights.notes;
    return outcome;
}

}  // namespace

base::Result<TrainOutcome> train_model(const TrainOptions& options, TrainListener& listener) {
    listener.starts(TrainStep::read);
    FC_TRY(TrainFlights flights, load_train_flights(options, listener));
    auto outcome = learn_and_judge(flights, with_features(options, flights), listener);
    if (outcome || outcome.error().code != base::Errc::invalid_argument) return outcome;
    return std::unexpected(with_reading(std::move(outcome).error(), flights.reports));
}

}  // namespace flightcast::app::train
