// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace flightcast::importer {

enum class SparkKind {
    forest,      // RandomForestClassificationModel
    assembler,   // VectorAssembler
    bucketizer,  // Bucketizer
    indexer,     // StringIndexerModel
    class_name,  // IndexToString, which names the class that the forest answered
    container,   // a pipeline or a search that holds the parts behind it, and computes nothing
                 // itself
};

// One saved Spark model, as tools/import_spark/read_spark.py printed it; the JSON is borrowed.
struct SparkPart {
    SparkKind kind{};
    std::string folder;
    std::string spark_version;
    const boost::json::object* content = nullptr;
    const boost::json::object* metadata = nullptr;
};

// Fails with unsupported for a class that this program does not compute, for a version of Spark
// other than 2, 3 and 4, for parameters that it does not know, and for handleInvalid = skip; the
// detail names the part and says what to do. Throws what Boost.JSON throws for another layout.
[[nodiscard]] base::Result<SparkPart> read_spark_part(const boost::json::value& value);

[[nodiscard]] std::string text_of(const boost::json::value& value);
[[nodiscard]] std::vector<std::string> texts_of(const boost::json::value& value);

// A parameter as it was set, or else its default; null when the part has neither.
[[nodiscard]] const boost::json::value* parameter(const SparkPart& part, std::string_view name);

// The same; fails with corrupt in place of null.
[[nodiscard]] base::Result<const boost::json::value*> needed_parameter(
    const SparkPart& part, std::string_view name
);

// The columns that a part takes ("input") or gives ("output"), one or several of them.
[[nodiscard]] base::Result<std::vector<std::string>> column_names(
    const SparkPart& part, const std::string& which
);

}  // namespace flightcast::importer
