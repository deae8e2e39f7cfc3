// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "forest/bundle.h"
#include "importer/spark_pipeline.h"

namespace flightcast::importer {

struct ImportOptions {
    std::string name;    // of the bundle; forest::is_bundle_name
    std::string source;  // the folder without those above it, for the provenance
    forest::SparkMode mode = forest::SparkMode::as_deployed;
};

// The bundle that answers as the pipeline does. Fails with corrupt when the nodes are no trees, the
// detail says what of which; with unsupported when mode as_deployed is asked for a pipeline that
// calls a column otherwise than the original job. Features that no request has are for
// features/spark_encoder.h to find.
[[nodiscard]] base::Result<forest::Bundle> make_spark_bundle(
    const SparkPipeline& pipeline, const ImportOptions& options
);

}  // namespace flightcast::importer
