// SPDX-License-Identifier: Apache-2.0
#include "app/evaluate/evaluate_run.h"

#include <algorithm>
#include <span>
#include <utility>

#include "app/evaluate/judged_flights.h"
#include "features/predictor.h"
#include "forest/bundle.h"
#include "models/bundled.h"

namespace flightcast::app::evaluate {
namespace {

using features::Predictor;

base::Result<std::vector<Predictor>> load_models(const EvaluateOptions& options) {
    std::vector<Predictor> models;
    FC_TRY(Predictor first, models::load_model(options.model));
    models.push_back(std::move(first));
    for (const std::filesystem::path& folder : options.against) {
        FC_TRY(Predictor other, models::load_model(folder));
        models.push_back(std::move(other));
    }
    return models;
}

// The last day that any of the models learned from; nothing when none says.
std::optional<dataset::Day> last_learned_day(std::span<const Predictor> models) {
    std::optional<dataset::Day> last;
    for (const Predictor& model : models) {
        const auto day = dataset::parse_day(model.bundle().provenance.train_last_day);
        if (day) last = std::max(last.value_or(*day), *day);
    }
    return last;
}

// The rows to judge on; names the rows left out in `notes`.
base::Result<dataset::RowIds> choose_rows(
    const dataset::FlightTable& table,
    const EvaluateOptions& options,
    std::optional<dataset::Day> learned_until,
    std::vector<std::string>& notes
) {
    dataset::RowIds rows;
    std::size_t learned = 0;
    for (std::uint32_t row = 0; row < table.size(); ++row) {
        const dataset::Day day = table.day[row];
        if (options.from && day < *options.from) continue;
        if (options.until && day > *options.until) continue;
        if (learned_until && day <= *learned_until) {
            ++learned;
            if (!options.all_days) continue;
        }
        rows.push_back(row);
    }
    if (learned > 0) {
        notes.push_back(
            std::to_string(learned) + " flights up to " + dataset::to_string(*learned_until) +
            ", from which a model learned, were " +
            (options.all_days ? "judged, too: the figures flatter it" : "left out")
        );
    }
    if (!rows.empty()) return rows;
    return base::fail(
        base::Errc::invalid_argument,
        learned > 0 ? "no flight is left to judge on: " + notes.back() +
                          "; give later flights, or --all-days"
                    : "no flight is left to judge on in the days that were asked for"
    );
}

// The names of the models, distinct.
std::vector<std::string> name_models(
    std::span<const Predictor> models, const EvaluateOptions& options
) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < models.size(); ++i) {
        std::string name(models[i].model_id());
        const bool is_taken = std::ranges::find(names, name) != names.end();
        if (is_taken) name += " (" + options.against[i - 1].string() + ")";
        names.push_back(std::move(name));
    }
    return names;
}

void add_baselines(
    std::span<const Predictor> models,
    const dataset::FlightTable& table,
    std::vector<flightcast::evaluate::Candidate>& candidates,
    std::vector<std::string>& notes
) {
    for (const Predictor& model : models) {
        if (!model.bundle().delay_counts) continue;
        for (auto& baseline :
             flightcast::evaluate::baselines_of(*model.bundle().delay_counts, table)) {
            candidates.push_back(std::move(baseline));
        }
        return;
    }
    notes.emplace_back(
        "no model brings the table of delays that the baselines are made from; compare with one "
        "that this version trained to see them"
    );
}

}  // namespace

base::Result<EvaluateOutcome> evaluate_models(const EvaluateOptions& options) {
    FC_TRY(const std::vector<Predictor> models, load_models(options));
    FC_TRY(const JudgedFlights flights, load_judged_flights(options, models));
    EvaluateOutcome outcome{.reports = flights.reports, .judgement = {}, .notes = flights.notes};
    const dataset::FlightTable& table = flights.table;
    FC_TRY(
        const dataset::RowIds rows,
        choose_rows(table, options, last_learned_day(models), outcome.notes)
    );
    const std::vector<std::string> names = name_models(models, options);
    std::vector<flightcast::evaluate::Candidate> candidates;
    for (std::size_t i = 0; i < models.size(); ++i) {
        candidates.push_back(
            flightcast::evaluate::candidate_of(
                names[i], models[i], flights.table_of(i), options.threads
            )
        );
    }
    add_baselines(models, table, candidates, outcome.notes);
    outcome.judgement = flightcast::evaluate::judge(table, rows, candidates, options.seed);
    outcome.judgement.gain = models[0].bundle().gain;
    outcome.judgement.permutation =
        flightcast::evaluate::permute_fields(models[0], flights.table_of(0), rows, options.seed);
    return outcome;
}

}  // namespace flightcast::app::evaluate
