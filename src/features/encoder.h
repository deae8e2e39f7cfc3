// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "dataset/dictionary.h"
#include "features/flight_facts.h"
#include "features/known_features.h"
#include "forest/schema.h"

namespace flightcast::features {

// The values of one flight, as many as the model has features, in its order; the rest is 0.
using FeatureRow = std::array<float, base::limits::kModelFeaturesMax>;

// Computes feature rows by the tables of one model: the only code that does, for learning and for
// answering.
//
// Thread-safety: any thread may call const members.
class Encoder {
  public:
    // Fails with unsupported when a feature has a name that this program does not know or there are
    // more than limits::kModelFeaturesMax, corrupt when a feature has the wrong kind or lacks its
    // encoding.
    [[nodiscard]] static base::Result<Encoder> make(const forest::Schema& schema);

    // Missing values and unknown categories become NaN; an unknown key of an encoding becomes the
    // encoding's value for unknown ones. Does not allocate.
    [[nodiscard]] FeatureRow encode(const FlightFacts& facts) const;

    [[nodiscard]] std::size_t feature_count() const { return columns_.size(); }

    // One value of such a row. REQUIRES: feature < feature_count().
    [[nodiscard]] float value(std::size_t feature, const FlightFacts& facts) const {
        return value_of(columns_[feature], facts);
    }
    [[nodiscard]] const KnownFeature& known(std::size_t feature) const {
        return columns_[feature].known;
    }

  private:
    using Table = std::unordered_map<std::string, float, dataset::StringHash, std::equal_to<>>;

    struct Column {
        KnownFeature known{};
        Table table;        // of a feature that is looked up: category index, or encoded value
        float unknown = 0;  // of a value that is not in the table
    };

    [[nodiscard]] static base::Result<Column> make_column(
        const forest::Schema& schema, const forest::Feature& feature
    );
    [[nodiscard]] static float value_of(const Column& column, const FlightFacts& facts);

    std::vector<Column> columns_;
};

}  // namespace flightcast::features
