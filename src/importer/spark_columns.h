// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "importer/spark_part.h"
#include "importer/spark_pipeline.h"

namespace flightcast::importer {

// What the columns of a pipeline mean: its parts are run on names in place of flights. A column
// that no part gives is a field of the flight.
//
// Thread-safety: one thread per object.
class SparkColumns {
  public:
    // Runs `part`. Fails with unsupported when it computes something that this program does not,
    // corrupt when the part contradicts itself; the detail names the part. REQUIRES: it is an
    // assembler, a bucketizer or an indexer.
    [[nodiscard]] base::Result<void> run(const SparkPart& part);

    // The features that `forest` takes, in its order. Fails with not_found when its column is not
    // the output of an assembler, or an indexer is missing.
    [[nodiscard]] base::Result<std::vector<SparkFeature>> features_of(
        const SparkPart& forest
    ) const;

    // Fails with unsupported unless `forest` learned the four classes of this program.
    [[nodiscard]] base::Result<void> check_classes(const SparkPart& forest) const;

  private:
    enum class Kind { index, bucket, vector };

    struct Column {
        Kind kind{};
        std::string part;                    // the folder of the part that gives it
        std::string input;                   // of an index or a bucket: the column it is made of
        std::vector<SparkFeature> elements;  // of an index, one; of a vector
        std::vector<double> splits;          // of a bucket
    };

    [[nodiscard]] base::Result<void> run_assembler(const SparkPart& part);
    [[nodiscard]] base::Result<void> run_bucketizer(const SparkPart& part);
    [[nodiscard]] base::Result<void> run_indexer(const SparkPart& part);
    [[nodiscard]] base::Result<std::vector<SparkFeature>> elements_of(
        const SparkPart& part, const std::string& name
    ) const;

    std::map<std::string, Column> columns_;
};

}  // namespace flightcast::importer
