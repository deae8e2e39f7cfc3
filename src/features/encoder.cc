// SPDX-License-Identifier: Apache-2.0
#include "features/encoder.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "features/feature_key.h"

namespace flightcast::features {
namespace {

base::Result<const forest::Encoding*> find_encoding(
    const forest::Schema& schema, const std::string& feature
) {
    const auto found = std::ranges::find(schema.encodings, feature, &forest::Encoding::feature);
    if (found != schema.encodings.end()) return &*found;
    return base::fail(base::Errc::corrupt, "the model lacks the encoding of " + feature);
}

bool is_categorical(const KnownFeature& known) {
    return known.source == FeatureSource::category;
}

}  // namespace

base::Result<Encoder::Column> Encoder::make_column(
    const forest::Schema& schema, const forest::Feature& feature
) {
    const auto known = find_feature(feature.name);
    if (!known) {
        return base::fail(
            base::Errc::unsupported,
            "the model needs the feature \"" + feature.name +
                "\", which this program does not know; upgrade flightcast"
        );
    }
    if (is_categorical(*known) != (feature.kind == forest::FeatureKind::categorical)) {
        return base::fail(base::Errc::corrupt, "the model has the wrong kind of " + feature.name);
    }
    Column column{.known = *known, .table = {}};
    if (known->source == FeatureSource::category) {
        column.unknown = NAN;
        for (std::size_t index = 0; index < feature.categories.size(); ++index) {
            column.table.emplace(feature.categories[index], static_cast<float>(index));
        }
    } else if (known->source == FeatureSource::encoding) {
        FC_TRY(const forest::Encoding* const encoding, find_encoding(schema, feature.name));
        column.unknown = encoding->unknown;
        for (std::size_t index = 0; index < encoding->keys.size(); ++index) {
            column.table.emplace(encoding->keys[index], encoding->values[index]);
        }
    }
    return column;
}

base::Result<Encoder> Encoder::make(const forest::Schema& schema) {
    if (schema.features.size() > base::limits::kModelFeaturesMax) {
        return base::fail(
            base::Errc::unsupported,
            "the model has " + std::to_string(schema.features.size()) +
                " features, more than the " + std::to_string(base::limits::kModelFeaturesMax) +
                " that this program takes"
        );
    }
    Encoder encoder;
    for (const forest::Feature& feature : schema.features) {
        FC_TRY(Column column, make_column(schema, feature));
        encoder.columns_.push_back(std::move(column));
    }
    return encoder;
}

float Encoder::value_of(const Column& column, const FlightFacts& facts) {
    if (column.known.number) return (*column.known.number)(facts);
    const FeatureKey key(column.known.key, facts);
    const auto found = column.table.find(key.text());
    return found == column.table.end() ? column.unknown : found->second;
}

FeatureRow Encoder::encode(const FlightFacts& facts) const {
    FeatureRow row{};
    for (std::size_t i = 0; i < columns_.size(); ++i) row[i] = value_of(columns_[i], facts);
    return row;
}

}  // namespace flightcast::features
