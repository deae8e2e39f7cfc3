// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "dataset/dictionary.h"
#include "flight/request.h"
#include "forest/schema.h"
#include "forest/spark_forest.h"

namespace flightcast::features {

// The values of one flight for an imported Spark model, as many as it has features, in the order of
// its assembler; the rest is 0.
using SparkRow = std::array<double, base::limits::kModelFeaturesMax>;

// Assembles the feature rows of an imported Spark model, the only code that does:
//
//     feature        as deployed                    corrected
//     DepDelay, Distance, DayOfMonth, DayOfYear     the request's
//     DayOfWeek      the request's, Monday 0        plus 1, as in the training data
//     *_index        the request's, if it has any   looked up among the labels of the string
//                                                   indexer; an unknown or missing one is the
//                                                   number of labels (handleInvalid = keep)
//
// A missing value is NaN. Day numbers are taken as sent, not computed from FlightDate.
//
// Thread-safety: any thread may call const members.
class SparkEncoder {
  public:
    // Fails with unsupported when a feature has a name that this program does not know, corrupt
    // when a feature is of the wrong kind for `mode`.
    [[nodiscard]] static base::Result<SparkEncoder> make(
        const forest::Schema& schema, forest::SparkMode mode
    );

    // Does not allocate.
    [[nodiscard]] SparkRow encode(const flight::Request& request) const;

    [[nodiscard]] std::size_t feature_count() const { return columns_.size(); }

  private:
    using Table = std::unordered_map<std::string, double, dataset::StringHash, std::equal_to<>>;
    using Value = double (*)(const flight::Request& request, const Table& labels);
    struct Known;

    struct Column {
        Value value;
        Table labels;  // index of each label, of a feature that is looked up
    };

    [[nodiscard]] static base::Result<Column> make_column(
        const forest::Feature& feature, forest::SparkMode mode
    );
    [[nodiscard]] static const Known* find_known(std::string_view name);

    std::vector<Column> columns_;
};

}  // namespace flightcast::features
