// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace flightcast::importer {

// One number that the forest takes.
struct SparkFeature {
    std::string name;  // what it is made of: "DepDelay", or "Carrier_index" for an index of Carrier
    std::string column;               // how the pipeline calls it; Spark's models may use any name
    std::vector<std::string> labels;  // of an index, those of its string indexer
};

// One row of the node table of a saved Spark forest, as Spark numbers and means it: ids run through
// a tree in the order of a walk, left before right.
struct SparkNodeRow {
    std::int64_t tree = 0;
    std::int64_t id = 0;
    std::int64_t left = -1;  // -1: a leaf
    std::int64_t right = -1;
    std::int64_t feature = -1;
    std::int64_t categories = -1;               // -1: a numeric split
    std::vector<std::int64_t> left_categories;  // of a categorical split
    double threshold = 0;                       // of a numeric one
    std::vector<double> stats;                  // training rows of each class
};

// The needed parts of a folder of saved Spark models to answer as they do.
struct SparkPipeline {
    std::string spark_version;           // of the forest
    std::vector<SparkFeature> features;  // in the order of the forest
    std::vector<SparkNodeRow> nodes;     // by tree, then id
    std::int64_t trees = 0;

    // The parts that make Spark stop at a field that is missing, or at a text without a label
    // (handleInvalid = error), where this program answers as with keep.
    std::vector<std::string> strict_parts;
};

// Reads what tools/import_spark/read_spark.py printed and checks that it is one forest for the four
// classes of this program, and that every part before it is understood: assemblers, bucketizers and
// string indexers, in pipelines and searches of any depth. The parts of a pipeline are run in their
// order; those of a plain folder, which has none, in the order that their columns give. Fails with
// not_found for what is missing, unsupported for what is something else (any other part, parameter,
// class or version of Spark), corrupt for what contradicts itself; the detail starts with `source`,
// names the part and says what to do.
[[nodiscard]] base::Result<SparkPipeline> parse_spark_pipeline(
    std::string_view json, const std::string& source
);

}  // namespace flightcast::importer
