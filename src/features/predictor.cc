// SPDX-License-Identifier: Apache-2.0
#include "features/predictor.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "features/encoder.h"
#include "features/flight_facts.h"
#include "features/spark_encoder.h"
#include "forest/bundle.h"
#include "forest/forest.h"

namespace flightcast::features {

static_assert(flight::kClassCount == forest::kClassCount);

namespace {

// The two kinds of model that a bundle can hold.
struct OwnModel {
    Encoder encoder;
    forest::Scorer scorer;
};

struct ImportedModel {
    SparkEncoder encoder;
    forest::SparkForest forest;
};

}  // namespace

struct Predictor::State {
    forest::Bundle bundle;  // without its trees
    std::string model_id;
    std::optional<OwnModel> own;
    std::optional<ImportedModel> imported;  // one of the two
};

std::size_t predicted_class(const flight::Probabilities& probabilities) {
    return static_cast<std::size_t>(
        std::ranges::max_element(probabilities) - probabilities.begin()
    );
}

base::Result<Predictor> Predictor::load(const std::filesystem::path& folder) {
    FC_TRY(forest::Bundle bundle, forest::load_bundle(folder));
    return make(std::move(bundle));
}

base::Result<Predictor> Predictor::from_bytes(
    std::string_view bundle_json, std::span<const std::byte> forest_bin
) {
    FC_TRY(forest::Bundle bundle, forest::parse_bundle(bundle_json, forest_bin, "bundled model"));
    return make(std::move(bundle));
}

base::Result<Predictor> Predictor::make(forest::Bundle bundle) {
    State state;
    if (bundle.spark) {
        FC_TRY(SparkEncoder encoder, SparkEncoder::make(bundle.schema, bundle.spark->mode));
        state.imported.emplace(std::move(encoder), std::move(bundle.spark->forest));
        bundle.spark->forest = {};
    } else {
        FC_TRY(Encoder encoder, Encoder::make(bundle.schema));
        state.own.emplace(
            std::move(encoder), forest::Scorer(std::move(bundle.forest), bundle.schema)
        );
        bundle.forest = {};
    }
    state.model_id = bundle.name + "@" + bundle.version;
    state.bundle = std::move(bundle);
    return Predictor(std::make_unique<const State>(std::move(state)));
}

Predictor::Predictor(std::unique_ptr<const State> state) : state_(std::move(state)) {}
Predictor::Predictor(Predictor&&) noexcept = default;
Predictor& Predictor::operator=(Predictor&&) noexcept = default;
Predictor::~Predictor() = default;

flight::Probabilities Predictor::score(const flight::Request& request) const {
    if (const auto& own = state_->own) {
        const FeatureRow row = own->encoder.encode(facts_of(request));
        return own->scorer.score(std::span(row).first(own->encoder.feature_count()));
    }
    const ImportedModel& imported = *state_->imported;
    const SparkRow row = imported.encoder.encode(request);
    return forest::spark_walk(
        imported.forest, std::span(row).first(imported.encoder.feature_count())
    );
}

std::vector<flight::Probabilities> Predictor::score(
    std::span<const flight::Request> requests
) const {
    std::vector<flight::Probabilities> scores;
    scores.reserve(requests.size());
    for (const flight::Request& request : requests) scores.push_back(score(request));
    return scores;
}

std::string_view Predictor::model_id() const {
    return state_->model_id;
}

const forest::Bundle& Predictor::bundle() const {
    return state_->bundle;
}

}  // namespace flightcast::features
