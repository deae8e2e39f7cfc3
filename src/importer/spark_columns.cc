// SPDX-License-Identifier: Apache-2.0
#include "importer/spark_columns.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/limits.h"

namespace flightcast::importer {
namespace {

namespace json = boost::json;
using base::Errc;
using base::fail;
using base::Result;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Spark writes infinite numbers as text; NaN for any other text.
double split_point(const json::value& value) {
    if (!value.is_string()) return value.to_number<double>();
    const std::string text = text_of(value);
    return text == "Inf" ? kInfinity : text == "-Inf" ? -kInfinity : NAN;
}

std::vector<double> split_points(const json::value& values) {
    std::vector<double> points;
    for (const json::value& value : values.as_array()) points.push_back(split_point(value));
    return points;
}

std::string to_text(const std::vector<double>& splits) {
    std::string text;
    for (const double split : splits) {
        text += text.empty() ? "" : ", ";
        text +=
            std::isinf(split) ? (split < 0 ? "-Inf" : "Inf") : json::serialize(json::value(split));
    }
    return text;
}

// The splits of each column; Spark has one list for a single column, a list of lists for several.
Result<std::vector<std::vector<double>>> splits_of(const SparkPart& part) {
    std::vector<std::vector<double>> all;
    if (parameter(part, "inputCols") != nullptr) {
        FC_TRY(const json::value* const lists, needed_parameter(part, "splitsArray"));
        for (const json::value& list : lists->as_array()) all.push_back(split_points(list));
    } else {
        FC_TRY(const json::value* const list, needed_parameter(part, "splits"));
        all.push_back(split_points(*list));
    }
    return all;
}

bool are_distinct(const std::vector<std::string>& labels) {
    return std::set<std::string_view>(labels.begin(), labels.end()).size() == labels.size();
}

std::unexpected<base::Error> uneven(const SparkPart& part, const char* what) {
    return fail(
        Errc::corrupt, "has " + part.folder + " with another number of columns than of " + what
    );
}

}  // namespace

Result<void> SparkColumns::run(const SparkPart& part) {
    switch (part.kind) {
        case SparkKind::assembler:
            return run_assembler(part);
        case SparkKind::bucketizer:
            return run_bucketizer(part);
        case SparkKind::indexer:
            return run_indexer(part);
        case SparkKind::forest:
        case SparkKind::class_name:
        case SparkKind::container:
            break;
    }
    base::check_failed("the part computes columns", __FILE__, __LINE__);
}

Result<void> SparkColumns::run_assembler(const SparkPart& part) {
    FC_TRY(const json::value* const inputs, needed_parameter(part, "inputCols"));
    FC_TRY(const json::value* const output, needed_parameter(part, "outputCol"));
    Column vector{
        .kind = Kind::vector, .part = part.folder, .input = {}, .elements = {}, .splits = {}
    };
    for (const std::string& input : texts_of(*inputs)) {
        FC_TRY(const std::vector<SparkFeature> elements, elements_of(part, input));
        vector.elements.insert(vector.elements.end(), elements.begin(), elements.end());
        if (vector.elements.size() <= base::limits::kModelFeaturesMax) continue;
        return fail(
            Errc::unsupported,
            "has " + part.folder + " with more than " +
                std::to_string(base::limits::kModelFeaturesMax) + " features; train with fewer"
        );
    }
    columns_[text_of(*output)] = std::move(vector);
    return {};
}

// One number, or those of a vector, that the assembler `part` takes under `name`.
Result<std::vector<SparkFeature>> SparkColumns::elements_of(
    const SparkPart& part, const std::string& name
) const {
    const auto found = columns_.find(name);
    if (found == columns_.end()) {
        if (!name.ends_with("_index")) return std::vector{SparkFeature{name, name, {}}};
        return fail(
            Errc::not_found, "lacks the part of the kind StringIndexerModel that gives " + name
        );
    }
    const Column& column = found->second;
    if (column.kind != Kind::bucket) return column.elements;
    return fail(
        Errc::unsupported,
        "has " + part.folder + ", which takes " + name + " as a feature: " + column.part +
            " makes it of " + column.input +
            ", which this program does not compute; train without that feature"
    );
}

Result<void> SparkColumns::run_bucketizer(const SparkPart& part) {
    FC_TRY(const std::vector<std::string> inputs, column_names(part, "input"));
    FC_TRY(const std::vector<std::string> outputs, column_names(part, "output"));
    FC_TRY(std::vector<std::vector<double>> splits, splits_of(part));
    if (inputs.size() != outputs.size() || inputs.size() != splits.size()) {
        return uneven(part, "splits");
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        columns_[outputs[i]] = {
            .kind = Kind::bucket,
            .part = part.folder,
            .input = inputs[i],
            .elements = {},
            .splits = std::move(splits[i]),
        };
    }
    return {};
}

Result<void> SparkColumns::run_indexer(const SparkPart& part) {
    FC_TRY(const std::vector<std::string> inputs, column_names(part, "input"));
    FC_TRY(const std::vector<std::string> outputs, column_names(part, "output"));
    const json::array& labels = part.content->at("labels").as_array();
    if (inputs.size() != outputs.size() || inputs.size() != labels.size()) {
        return uneven(part, "labels");
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        SparkFeature feature{inputs[i] + "_index", outputs[i], texts_of(labels[i])};
        if (feature.labels.empty() || !are_distinct(feature.labels)) {
            return fail(Errc::corrupt, "has " + part.folder + " without labels or with one twice");
        }
        if (const auto made = columns_.find(inputs[i]); made != columns_.end()) {
            return fail(
                Errc::unsupported,
                "has " + part.folder + ", which indexes " + inputs[i] + ", a column that " +
                    made->second.part +
                    " gives; this program indexes fields of a flight: train without that part"
            );
        }
        columns_[outputs[i]] = {
            .kind = Kind::index,
            .part = part.folder,
            .input = inputs[i],
            .elements = {std::move(feature)},
            .splits = {},
        };
    }
    return {};
}

Result<std::vector<SparkFeature>> SparkColumns::features_of(const SparkPart& forest) const {
    FC_TRY(const json::value* const name, needed_parameter(forest, "featuresCol"));
    const auto found = columns_.find(text_of(*name));
    if (found != columns_.end() && found->second.kind == Kind::vector) {
        return found->second.elements;
    }
    return fail(
        Errc::not_found,
        "has " + forest.folder + ", which takes its features from the column " + text_of(*name) +
            ": no part of the kind VectorAssembler gives it; name a folder with all parts of the "
            "pipeline, or train on the assembler's output"
    );
}

Result<void> SparkColumns::check_classes(const SparkPart& forest) const {
    static const std::vector<double> kBounds = {-kInfinity, -15, 0, 30, kInfinity};
    FC_TRY(const json::value* const name, needed_parameter(forest, "labelCol"));
    const std::string label = text_of(*name);
    const auto found = columns_.find(label);
    if (found == columns_.end() || found->second.kind != Kind::bucket) {
        return fail(
            Errc::unsupported,
            "has " + forest.folder + ", which learned the column " + label +
                ": no part of the kind Bucketizer gives it, so what its classes mean is unknown; "
                "train on the output of a Bucketizer of ArrDelay with the splits " +
                to_text(kBounds)
        );
    }
    const Column& column = found->second;
    if (column.input == "ArrDelay" && column.splits == kBounds) return {};
    return fail(
        Errc::unsupported,
        "has other classes than this program answers: " + column.part + " has the splits " +
            to_text(column.splits) + " of " + column.input + ", not " + to_text(kBounds) +
            " of ArrDelay"
    );
}

}  // namespace flightcast::importer
