// SPDX-License-Identifier: Apache-2.0
//
// What the tool that reads parquet files printed, or anything else. What passes is made a bundle; a
// bundle that is made can be written and read again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "importer/spark_bundle.h"
#include "importer/spark_pipeline.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace flightcast;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto pipeline = importer::parse_spark_pipeline(text, "fuzz");
    if (!pipeline) return 0;
    for (const auto mode : {forest::SparkMode::as_deployed, forest::SparkMode::corrected}) {
        const auto bundle =
            importer::make_spark_bundle(*pipeline, {.name = "fuzz", .source = "f", .mode = mode});
        if (!bundle) continue;
        const forest::BundleBytes bytes = forest::serialize(*bundle);
        FC_CHECK(forest::parse_bundle(bytes.bundle_json, bytes.forest_bin, "again").has_value());
    }
    return 0;
}
