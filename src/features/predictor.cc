// SPDX-License-Identifier: Apache-2.0
#include "features/predictor.h"

#include <cmath>
#include <string>
#include <utility>
#include <variant>

#include "features/encoder.h"
#include "features/flight_facts.h"
#include "features/known_features.h"
#include "features/spark_encoder.h"
#include "forest/bundle.h"
#include "forest/walk/spark_walker.h"
#include "forest/walk/walker.h"

namespace flightcast::features {

static_assert(flight::kClassCount == forest::kClassCount);

namespace {

// The two kinds of model that a bundle can hold.
struct OwnModel {
    Encoder encoder;
    forest::walk::Walker walker;
};

struct ImportedModel {
    SparkEncoder encoder;
    forest::walk::SparkWalker walker;
};

// The feature rows of `requests`, one behind the other.
template <typename Value, typename Encode>
std::vector<Value> encode_rows(
    std::span<const flight::Request> requests, std::size_t features, const Encode& encode
) {
    std::vector<Value> rows;
    rows.reserve(requests.size() * features);
    for (const flight::Request& request : requests) {
        const auto row = encode(request);
        rows.insert(rows.end(), row.begin(), row.begin() + static_cast<std::ptrdiff_t>(features));
    }
    return rows;
}

std::vector<float> encode(const OwnModel& model, std::span<const flight::Request> requests) {
    const auto encode_one = [&](const flight::Request& request) {
        return model.encoder.encode(facts_of(request));
    };
    return encode_rows<float>(requests, model.encoder.feature_count(), encode_one);
}

// ---- each for both kinds of model

flight::Probabilities score_with(const OwnModel& model, const flight::Request& request) {
    const FeatureRow row = model.encoder.encode(facts_of(request));
    return model.walker.score(std::span(row).first(model.encoder.feature_count()));
}

flight::Probabilities score_with(const ImportedModel& model, const flight::Request& request) {
    const SparkRow row = model.encoder.encode(request);
    return model.walker.score(std::span(row).first(model.encoder.feature_count()));
}

std::vector<flight::Probabilities> score_all(
    const OwnModel& model, std::span<const flight::Request> requests
) {
    return model.walker.score_rows(encode(model, requests));
}

std::vector<flight::Probabilities> score_all(
    const ImportedModel& model, std::span<const flight::Request> requests
) {
    const auto encode_one = [&](const flight::Request& request) {
        return model.encoder.encode(request);
    };
    return model.walker.score_rows(
        encode_rows<double>(requests, model.encoder.feature_count(), encode_one)
    );
}

// Six decimals are more than a forest knows, and keep records short.
double rounded_share(std::int64_t part, std::int64_t total) {
    constexpr double kMillion = 1e6;
    return std::round(kMillion * static_cast<double>(part) / static_cast<double>(total)) / kMillion;
}

flight::Contributions contributions_of(
    const forest::walk::Explanation& explanation, const forest::Schema& schema
) {
    flight::Contributions contributions{
        .base = rounded_share(explanation.base, explanation.total), .changes = {}
    };
    contributions.changes.reserve(schema.features.size());
    for (std::size_t i = 0; i < schema.features.size(); ++i) {
        contributions.changes.push_back(
            {schema.features[i].name, rounded_share(explanation.changes[i], explanation.total)}
        );
    }
    return contributions;
}

// The part of `bundle` that scores; its trees go into it.
base::Result<std::variant<OwnModel, ImportedModel>> take_model(forest::Bundle& bundle) {
    if (bundle.spark) {
        FC_TRY(SparkEncoder encoder, SparkEncoder::make(bundle.schema, bundle.spark->mode));
        const std::size_t features = encoder.feature_count();
        forest::walk::SparkWalker walker(std::exchange(bundle.spark->forest, {}), features);
        return ImportedModel{std::move(encoder), std::move(walker)};
    }
    FC_TRY(Encoder encoder, Encoder::make(bundle.schema));
    forest::walk::Walker walker(std::exchange(bundle.forest, {}), bundle.schema);
    return OwnModel{std::move(encoder), std::move(walker)};
}

}  // namespace

struct Predictor::State {
    forest::Bundle bundle;  // without its trees
    std::string model_id;
    std::variant<OwnModel, ImportedModel> model;
};

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
    if (bundle.feature_set > kFeatureSetVersion) {
        return base::fail(
            base::Errc::unsupported,
            "the model " + bundle.name + " needs feature set " +
                std::to_string(bundle.feature_set) + ", this program has " +
                std::to_string(kFeatureSetVersion) + "; upgrade flightcast"
        );
    }
    FC_TRY(auto model, take_model(bundle));
    std::string model_id = bundle.name + "@" + bundle.version;
    State state{std::move(bundle), std::move(model_id), std::move(model)};
    return Predictor(std::make_unique<const State>(std::move(state)));
}

Predictor::Predictor(std::unique_ptr<const State> state) : state_(std::move(state)) {}
Predictor::Predictor(Predictor&&) noexcept = default;
Predictor& Predictor::operator=(Predictor&&) noexcept = default;
Predictor::~Predictor() = default;

flight::Probabilities Predictor::score(const flight::Request& request) const {
    return std::visit([&](const auto& model) { return score_with(model, request); }, state_->model);
}

std::vector<flight::Probabilities> Predictor::score(
    std::span<const flight::Request> requests
) const {
    return std::visit([&](const auto& model) { return score_all(model, requests); }, state_->model);
}

std::vector<flight::Answer> Predictor::answer(
    std::span<const flight::Request> requests, Explain explain
) const {
    std::vector<flight::Answer> answers;
    answers.reserve(requests.size());
    const auto* const own = std::get_if<OwnModel>(&state_->model);
    if (own == nullptr || !own->walker.can_explain() || explain == Explain::no) {
        for (const auto& scores : score(requests)) answers.push_back({.probabilities = scores});
        return answers;
    }
    const std::size_t features = own->encoder.feature_count();
    const std::vector<float> rows = encode(*own, requests);
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const auto row = std::span(rows).subspan(i * features, features);
        const forest::walk::Explanation explanation = own->walker.explain(row);
        answers.push_back(
            {.probabilities = explanation.shares,
             .contributions = contributions_of(explanation, state_->bundle.schema)}
        );
    }
    return answers;
}

std::string_view Predictor::model_id() const {
    return state_->model_id;
}

const forest::Bundle& Predictor::bundle() const {
    return state_->bundle;
}

}  // namespace flightcast::features
