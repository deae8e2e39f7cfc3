// SPDX-License-Identifier: Apache-2.0
//
// {"features": [{"feature": "DepDelay", "edges": [-8, -5, ...], "counts": [...]},
//               {"feature": "Carrier", "categories": [3, 0], "counts": [...]}],
//  "answers": [12, 345, 678, 90]}
#include "forest/distributions_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "base/limits.h"

namespace flightcast::forest {
namespace {

namespace json = boost::json;

constexpr std::int64_t kCountMax = 0xFFFF'FFFF;

std::unexpected<base::Error> unfit(const std::string& what) {
    return base::fail(base::Errc::corrupt, what + " in \"distributions\"");
}

const json::array* list_at(const json::object& object, std::string_view key) {
    const json::value* const value = object.if_contains(key);
    return value == nullptr ? nullptr : value->if_array();
}

template <typename Number>
base::Result<std::vector<Number>> read_counts(const json::array& array) {
    std::vector<Number> counts;
    for (const json::value& value : array) {
        const std::int64_t* const count = value.if_int64();
        if (count == nullptr || *count < 0 || *count > kCountMax) return unfit("has no count");
        counts.push_back(static_cast<Number>(*count));
    }
    return counts;
}

base::Result<std::vector<float>> read_edges(const json::array& array) {
    std::vector<float> edges;
    for (const json::value& value : array) {
        const double wide = value.is_number() ? value.to_number<double>() : NAN;
        const auto edge = static_cast<float>(wide);
        const bool rises = edges.empty() || edge > edges.back();
        if (!std::isfinite(edge) || !rises) return unfit("has edges that do not rise");
        edges.push_back(edge);
    }
    return edges;
}

base::Result<Distribution> read_distribution(const json::value& value) {
    const json::object* const object = value.if_object();
    if (object == nullptr) return unfit("has no object");
    const json::value* const name = object->if_contains("feature");
    const json::array* const counts = list_at(*object, "counts");
    if (name == nullptr || !name->is_string() || counts == nullptr) {
        return unfit("lacks a feature or its counts");
    }
    Distribution distribution;
    distribution.feature = std::string(name->get_string());
    if (const json::array* const edges = list_at(*object, "edges")) {
        FC_TRY(distribution.edges, read_edges(*edges));
    }
    if (const json::array* const categories = list_at(*object, "categories")) {
        FC_TRY(distribution.categories, read_counts<std::uint32_t>(*categories));
    }
    FC_TRY(distribution.counts, read_counts<std::uint64_t>(*counts));
    const std::size_t edges = distribution.edges.size();
    const std::size_t categories = distribution.categories.size();
    const bool fits =
        edges <= Distribution::kEdgesMax && categories <= Distribution::kCategoriesMax &&
        (edges == 0 || categories == 0) && distribution.counts.size() == edges + categories + 2;
    if (!fits) return unfit("has bins and counts that differ in number");
    return distribution;
}

}  // namespace

json::object distributions_json(const Distributions& distributions) {
    json::array features;
    for (const Distribution& distribution : distributions.features) {
        json::object object{{"feature", distribution.feature}};
        if (distribution.categories.empty()) {
            json::array edges;
            for (const float edge : distribution.edges) edges.push_back(static_cast<double>(edge));
            object["edges"] = std::move(edges);
        } else {
            object["categories"] = json::value_from(distribution.categories);
        }
        object["counts"] = json::value_from(distribution.counts);
        features.push_back(std::move(object));
    }
    return {
        {"features", std::move(features)},
        {"answers", json::value_from(distributions.answers)},
    };
}

base::Result<Distributions> read_distributions(const json::value& value) {
    const json::object* const object = value.if_object();
    if (object == nullptr) return unfit("has no object");
    const json::array* const features = list_at(*object, "features");
    const json::array* const answers = list_at(*object, "answers");
    if (features == nullptr || answers == nullptr || answers->size() != kClassCount) {
        return unfit("lacks features or answers");
    }
    if (features->size() > base::limits::kModelFeaturesMax) return unfit("has too many features");
    Distributions distributions;
    FC_TRY(const auto counts, read_counts<std::uint64_t>(*answers));
    std::ranges::copy(counts, distributions.answers.begin());
    for (const json::value& feature : *features) {
        FC_TRY(Distribution read, read_distribution(feature));
        distributions.features.push_back(std::move(read));
    }
    return distributions;
}

}  // namespace flightcast::forest
