// SPDX-License-Identifier: Apache-2.0
//
// What a part computes is known by its class, package included, and by its parameters. Both are
// lists of what is known: a class or parameter that is not there may change answers, so the model
// is refused.
#include "importer/spark_part.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace flightcast::importer {
namespace {

namespace json = boost::json;
using base::Errc;
using base::fail;
using base::Result;

struct KnownClass {
    std::string_view name;
    SparkKind kind{};
};

constexpr KnownClass kClasses[] = {
    {"org.apache.spark.ml.classification.RandomForestClassificationModel", SparkKind::forest},
    {"org.apache.spark.ml.feature.VectorAssembler", SparkKind::assembler},
    {"org.apache.spark.ml.feature.Bucketizer", SparkKind::bucketizer},
    {"org.apache.spark.ml.feature.StringIndexerModel", SparkKind::indexer},
    {"org.apache.spark.ml.feature.IndexToString", SparkKind::class_name},
    {"org.apache.spark.ml.PipelineModel", SparkKind::container},
    {"org.apache.spark.ml.tuning.CrossValidatorModel", SparkKind::container},
    {"org.apache.spark.ml.tuning.TrainValidationSplitModel", SparkKind::container},
    {"pyspark.ml.pipeline.PipelineModel", SparkKind::container},
    {"pyspark.ml.tuning.CrossValidatorModel", SparkKind::container},
    {"pyspark.ml.tuning.TrainValidationSplitModel", SparkKind::container},
};

// Those of the forest name columns, or have done their part when it was grown.
constexpr std::string_view kForestParameters[] = {
    "bootstrap",
    "cacheNodeIds",
    "checkpointInterval",
    "featuresCol",
    "featureSubsetStrategy",
    "impurity",
    "labelCol",
    "leafCol",
    "maxBins",
    "maxDepth",
    "maxMemoryInMB",
    "minInfoGain",
    "numTrees",
    "minInstancesPerNode",
    "minWeightFractionPerNode",
    "predictionCol",
    "probabilityCol",
    "pruneTree",
    "rawPredictionCol",
    "seed",
    "subsamplingRate",
    "weightCol",
};
constexpr std::string_view kAssemblerParameters[] = {"handleInvalid", "inputCols", "outputCol"};
constexpr std::string_view kBucketizerParameters[] = {
    "handleInvalid",
    "inputCol",
    "inputCols",
    "outputCol",
    "outputCols",
    "splits",
    "splitsArray",
};
constexpr std::string_view kIndexerParameters[] = {
    "handleInvalid",
    "inputCol",
    "inputCols",
    "outputCol",
    "outputCols",
    "stringOrderType",
};

constexpr std::string_view kClassNameParameters[] = {"inputCol", "labels", "outputCol"};

std::optional<std::span<const std::string_view>> parameters_of(SparkKind kind) {
    switch (kind) {
        case SparkKind::forest:
            return kForestParameters;
        case SparkKind::assembler:
            return kAssemblerParameters;
        case SparkKind::bucketizer:
            return kBucketizerParameters;
        case SparkKind::indexer:
            return kIndexerParameters;
        case SparkKind::class_name:
            return kClassNameParameters;
        case SparkKind::container:
            break;
    }
    return std::nullopt;  // Any: they say how the parts were fitted.
}

constexpr std::array<std::string_view, 2> kParameterMaps = {"paramMap", "defaultParamMap"};

// Classes whose place or name says so; predictors of other makers are known by their names alone.
bool is_predictor(std::string_view name) {
    constexpr std::array<std::string_view, 7> kWords = {
        ".classification.", ".regression.", "Forest", "Tree", "GBT", "Classif", "Regress"
    };
    return std::ranges::any_of(kWords, [name](std::string_view word) {
        return name.contains(word);
    });
}

// Why the class `name` cannot be taken, and what to do about it.
std::string reason_against(std::string_view name) {
    const std::string kind(name.substr(name.rfind('.') + 1));
    if (is_predictor(name)) {
        return std::string(name) +
               ": of Spark's predictors RandomForestClassificationModel alone " +
               "can be imported; train a RandomForestClassifier on the same features";
    }
    if (kind == "Pipeline" || kind == "CrossValidator" || kind == "TrainValidationSplit" ||
        kind == "StringIndexer") {
        return std::string(name) + ", which is not fitted; save what its fit() gives";
    }
    return std::string(name) +
           ", which this program does not compute; train and save the pipeline without it "
           "(Bucketizer, "
           "StringIndexer, VectorAssembler and RandomForestClassifier can be imported)";
}

bool is_known_version(std::string_view version) {
    return version.starts_with("2.") || version.starts_with("3.") || version.starts_with("4.");
}

// Parameters that were not set have no say: a newer Spark that has more of them does by default
// what the older ones do.
Result<void> check_parameters(const SparkPart& part) {
    const auto known = parameters_of(part.kind);
    if (!known) return {};
    const json::value* const parameters = part.metadata->if_contains("paramMap");
    if (parameters == nullptr) return {};
    for (const auto& [name, value] : parameters->as_object()) {
        if (name == "thresholds") {
            return fail(
                Errc::unsupported,
                "has " + part.folder + " with thresholds " + json::serialize(value) +
                    ", by which Spark answers another class than the most probable one; this "
                    "program answers the most probable: clear the parameter (pyspark: "
                    "model.clear(model.thresholds)) and save again"
            );
        }
        if (std::ranges::find(*known, std::string_view(name)) != known->end()) continue;
        return fail(
            Errc::unsupported,
            "has " + part.folder + " with the parameter " + std::string(name) + " = " +
                json::serialize(value) +
                ", which this program does not know; train and save it without"
        );
    }
    return {};
}

Result<void> check_invalid_handling(const SparkPart& part) {
    const json::value* const handling = parameter(part, "handleInvalid");
    if (handling == nullptr || part.kind == SparkKind::container) return {};
    const std::string text = text_of(*handling);
    if (text == "error" || text == "keep") return {};
    return fail(
        Errc::unsupported,
        "has " + part.folder + " with handleInvalid = " + text +
            ", by which Spark drops flights unanswered; this program answers every flight: set it "
            "to "
            "keep (or error) and save again"
    );
}

}  // namespace

std::string text_of(const json::value& value) {
    const json::string& text = value.as_string();
    return {text.data(), text.size()};
}

std::vector<std::string> texts_of(const json::value& value) {
    std::vector<std::string> texts;
    for (const json::value& text : value.as_array()) texts.push_back(text_of(text));
    return texts;
}

Result<SparkPart> read_spark_part(const json::value& value) {
    const json::object& content = value.as_object();
    const json::object& metadata = content.at("metadata").as_object();
    const std::string name = text_of(metadata.at("class"));
    SparkPart part{
        .kind = {},
        .folder = text_of(content.at("folder")),
        .spark_version = text_of(metadata.at("sparkVersion")),
        .content = &content,
        .metadata = &metadata,
    };
    if (!is_known_version(part.spark_version)) {
        return fail(
            Errc::unsupported,
            "has " + part.folder + ", saved by Spark " + part.spark_version +
                "; models of Spark 2, 3 and 4 can be imported"
        );
    }
    const auto* const known = std::ranges::find(kClasses, name, &KnownClass::name);
    if (known == std::end(kClasses)) {
        return fail(
            Errc::unsupported, "has " + part.folder + " of the class " + reason_against(name)
        );
    }
    part.kind = known->kind;
    FC_TRY_VOID(check_parameters(part));
    FC_TRY_VOID(check_invalid_handling(part));
    return part;
}

const json::value* parameter(const SparkPart& part, std::string_view name) {
    for (const std::string_view map : kParameterMaps) {
        const json::value* const parameters = part.metadata->if_contains(map);
        if (parameters == nullptr || !parameters->is_object()) continue;
        if (const json::value* value = parameters->get_object().if_contains(name)) return value;
    }
    return nullptr;
}

Result<const json::value*> needed_parameter(const SparkPart& part, std::string_view name) {
    if (const json::value* value = parameter(part, name)) return value;
    return fail(Errc::corrupt, "has " + part.folder + " without parameter " + std::string(name));
}

Result<std::vector<std::string>> column_names(const SparkPart& part, const std::string& which) {
    const json::value* const many = parameter(part, which + "Cols");
    if (many != nullptr && many->is_array() && !many->get_array().empty()) return texts_of(*many);
    FC_TRY(const json::value* const one, needed_parameter(part, which + "Col"));
    return std::vector<std::string>{text_of(*one)};
}

}  // namespace flightcast::importer
