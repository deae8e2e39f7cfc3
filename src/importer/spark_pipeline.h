// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace flightcast::importer {

// One column of a saved Spark StringIndexerModel.
struct SparkIndexer {
    std::string input;   // "Carrier"
    std::string output;  // "Carrier_index"
    std::vector<std::string> labels;
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

// What is needed of a folder of saved Spark models: the parts of the original system's pipeline.
struct SparkPipeline {
    std::string spark_version;          // of the forest
    std::vector<std::string> features;  // inputs of the assembler, in its order
    std::vector<SparkIndexer> indexers;
    std::vector<SparkNodeRow> nodes;  // by tree, then id
    std::int64_t trees = 0;
};

// Reads what tools/import_spark/read_spark.py printed and checks that it is one forest for the four
// classes of this program, with its assembler, bucketizer and string indexers. Fails with
// not_found for what is missing, unsupported for what is something else or of another version of
// Spark than 2 or 3, corrupt for what contradicts itself; the detail starts with `source`.
[[nodiscard]] base::Result<SparkPipeline> parse_spark_pipeline(
    std::string_view json, const std::string& source
);

}  // namespace flightcast::importer
