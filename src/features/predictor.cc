// SPDX-License-Identifier: Apache-2.0
#include "features/predictor.h"

#include <cmath>
#include <string>
#include <utility>
#include <variant>

#include "features/encoder.h"
#include "features/flight_facts.h"
#include "features/known_features.h"
#include "features/online/request_values.h"
#include "features/online/state_file.h"
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
    std::optional<online::Fold> online;
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

FeatureRow encode(const OwnModel& model, const flight::Request& request) {
    FlightFacts facts = facts_of(request);
    if (!model.online || !facts.online.empty()) return model.encoder.encode(facts);
    const online::Values values = model.online->values(online::question_of(request, *model.online));
    facts.online = values;
    return model.encoder.encode(facts);
}

std::vector<float> encode(const OwnModel& model, std::span<const flight::Request> requests) {
    const auto encode_one = [&](const flight::Request& request) { return encode(model, request); };
    return encode_rows<float>(requests, model.encoder.feature_count(), encode_one);
}

// ---- each for both kinds of model

flight::Probabilities score_with(const OwnModel& model, const flight::Request& request) {
    const FeatureRow row = encode(model, request);
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

// The state of the online features, which goes out of the bundle; nothing for a model without.
base::Result<std::optional<online::Fold>> take_online(
    forest::Bundle& bundle, const Encoder& encoder, Predictor::Airports airports
) {
    bool is_needed = false;
    for (std::size_t i = 0; i < encoder.feature_count(); ++i) {
        is_needed = is_needed || encoder.known(i).is_online;
    }
    if (!is_needed) return std::nullopt;
    if (!bundle.online) {
        return base::fail(
            base::Errc::corrupt, "the model " + bundle.name + " lacks the state of its features"
        );
    }
    const std::vector<std::byte> bytes = std::exchange(bundle.online->bytes, {});
    FC_TRY(
        online::Fold fold,
        online::parse_state(bytes, "the online state of " + bundle.name, std::move(airports))
    );
    return fold;
}

// The part of `bundle` that scores; its trees go into it.
base::Result<std::variant<OwnModel, ImportedModel>> take_model(
    forest::Bundle& bundle, Predictor::Airports airports
) {
    if (bundle.spark) {
        FC_TRY(SparkEncoder encoder, SparkEncoder::make(bundle.schema, bundle.spark->mode));
        const std::size_t features = encoder.feature_count();
        forest::walk::SparkWalker walker(std::exchange(bundle.spark->forest, {}), features);
        return ImportedModel{std::move(encoder), std::move(walker)};
    }
    FC_TRY(Encoder encoder, Encoder::make(bundle.schema));
    forest::walk::Walker walker(std::exchange(bundle.forest, {}), bundle.schema);
    OwnModel model{std::move(encoder), std::move(walker), std::nullopt};
    FC_TRY(model.online, take_online(bundle, model.encoder, std::move(airports)));
    return model;
}

}  // namespace

struct Predictor::State {
    forest::Bundle bundle;  // without its trees
    std::string model_id;
    std::variant<OwnModel, ImportedModel> model;
};

base::Result<Predictor> Predictor::load(const std::filesystem::path& folder, Airports airports) {
    FC_TRY(forest::Bundle bundle, forest::load_bundle(folder));
    return make(std::move(bundle), std::move(airports));
}

base::Result<Predictor> Predictor::from_bytes(
    std::string_view bundle_json,
    std::span<const std::byte> forest_bin,
    std::span<const std::byte> online_bin,
    Airports airports
) {
    FC_TRY(
        forest::Bundle bundle,
        forest::parse_bundle(bundle_json, forest_bin, "bundled model", online_bin)
    );
    return make(std::move(bundle), std::move(airports));
}

base::Result<Predictor> Predictor::make(forest::Bundle bundle, Airports airports) {
    if (bundle.feature_set > kFeatureSetVersion) {
        return base::fail(
            base::Errc::unsupported,
            "the model " + bundle.name + " needs feature set " +
                std::to_string(bundle.feature_set) + ", this program has " +
                std::to_string(kFeatureSetVersion) + "; upgrade flightcast"
        );
    }
    FC_TRY(auto model, take_model(bundle, std::move(airports)));
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

const online::Fold* Predictor::online() const {
    const auto* const own = std::get_if<OwnModel>(&state_->model);
    return own != nullptr && own->online ? &*own->online : nullptr;
}

std::string_view Predictor::model_id() const {
    return state_->model_id;
}

const forest::Bundle& Predictor::bundle() const {
    return state_->bundle;
}

}  // namespace flightcast::features
