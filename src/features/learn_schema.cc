// SPDX-License-Identifier: Apache-2.0
#include "features/learn_schema.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <map>

#include "base/limits.h"
#include "features/feature_key.h"
#include "features/flight_facts.h"
#include "features/known_features.h"
#include "features/row_key.h"

namespace flightcast::features {
namespace {

// The training flights that share a key.
using Groups = std::map<std::string, MinutesLost, std::less<>>;

Groups group_rows(
    const dataset::FlightTable& table, std::span<const std::uint32_t> rows, KeyOf key
) {
    struct Keyed {
        std::uint32_t row = 0;  // one of them
        MinutesLost lost;
    };
    boost::unordered_flat_map<std::uint32_t, Keyed> by_key;
    for (const std::uint32_t row : rows) {
        Keyed& keyed = by_key[row_key(key, table, row)];
        keyed.row = row;
        keyed.lost.add({1, table.arr_delay[row] - table.dep_delay[row]});
    }
    Groups groups;
    for (const auto& [number, keyed] : by_key) {
        const FlightFacts facts = facts_of(table, keyed.row);
        groups.emplace(FeatureKey(key, facts).text(), keyed.lost);
    }
    return groups;
}

forest::Feature learn_categories(
    std::string_view name, const Groups& groups, std::size_t rows_min
) {
    forest::Feature feature{std::string(name), forest::FeatureKind::categorical, {}};
    for (const auto& [key, group] : groups) {
        if (group.flights >= rows_min) feature.categories.push_back(key);
    }
    return feature;
}

// A key with too few flights has no place in the table: its mean would be little but chance.
forest::Encoding learn_encoding(
    std::string_view name, const Groups& groups, const MeanOptions& options
) {
    MinutesLost all;
    for (const auto& [key, lost] : groups) all.add(lost);
    const double mean = all.minutes / static_cast<double>(all.flights);
    forest::Encoding encoding{.feature = std::string(name), .keys = {}, .values = {}};
    encoding.unknown = to_64th(mean);
    for (const auto& [key, lost] : groups) {
        if (!lost.enough(options)) continue;
        encoding.keys.push_back(key);
        encoding.values.push_back(lost.shrunk_mean(mean, options));
    }
    return encoding;
}

base::Result<void> check_categories(const forest::Feature& feature, std::size_t rows_min) {
    if (feature.kind != forest::FeatureKind::categorical) return {};
    if (feature.categories.empty()) {
        return base::fail(
            base::Errc::invalid_argument,
            "no " + feature.name + " has " + std::to_string(rows_min) +
                " training flights; leave the feature out or give more flights"
        );
    }
    if (feature.categories.size() <= base::limits::kModelCategoriesMax) return {};
    return base::fail(
        base::Errc::invalid_argument,
        feature.name + " has " + std::to_string(feature.categories.size()) +
            " categories, more than " + std::to_string(base::limits::kModelCategoriesMax) +
            "; raise --category-rows-min"
    );
}

std::unexpected<base::Error> unknown_feature(const std::string& name) {
    std::string known;
    for (const KnownFeature& feature : kKnownFeatures) {
        known += known.empty() ? "" : ", ";
        known += feature.name;
    }
    return base::fail(
        base::Errc::invalid_argument, "there is no feature \"" + name + "\"; choose among " + known
    );
}

}  // namespace

base::Result<void> check_features(std::span<const std::string> features) {
    if (features.empty()) {
        return base::fail(base::Errc::invalid_argument, "a model needs at least one feature");
    }
    if (features.size() > base::limits::kModelFeaturesMax) {
        return base::fail(
            base::Errc::invalid_argument,
            "there are " + std::to_string(features.size()) + " features, more than the " +
                std::to_string(base::limits::kModelFeaturesMax) +
                " that a model may have; leave some out"
        );
    }
    for (auto name = features.begin(); name != features.end(); ++name) {
        if (!find_feature(*name)) return unknown_feature(*name);
        if (std::find(features.begin(), name, *name) == name) continue;
        return base::fail(base::Errc::invalid_argument, "the feature " + *name + " is given twice");
    }
    return {};
}

base::Result<forest::Schema> learn_schema(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    const SchemaOptions& options
) {
    FC_TRY_VOID(check_features(options.features));
    forest::Schema schema;
    for (const std::string& name : options.features) {
        const KnownFeature known = *find_feature(name);
        forest::Feature feature{name, forest::FeatureKind::numeric, {}};
        if (known.source != FeatureSource::number) {
            const Groups groups = group_rows(table, rows, known.key);
            if (known.source == FeatureSource::category) {
                feature = learn_categories(name, groups, options.category_rows_min);
            } else {
                schema.encodings.push_back(learn_encoding(name, groups, options.means()));
            }
        }
        FC_TRY_VOID(check_categories(feature, options.category_rows_min));
        schema.features.push_back(std::move(feature));
    }
    return schema;
}

}  // namespace flightcast::features
