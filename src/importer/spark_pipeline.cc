// SPDX-License-Identifier: Apache-2.0
//
// The tool that made the JSON has checked the files; here it is decided what their contents mean. A
// value of another type than Spark writes makes Boost.JSON throw, which is caught at the entrance.
#include "importer/spark_pipeline.h"

#include <algorithm>
#include <bit>
#include <boost/json.hpp>
#include <cmath>
#include <exception>
#include <limits>
#include <set>
#include <utility>

namespace flightcast::importer {
namespace {

namespace json = boost::json;
using base::Errc;
using base::fail;
using base::Result;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::string_view kForest = "RandomForestClassificationModel";
constexpr std::string_view kAssembler = "VectorAssembler";
constexpr std::string_view kBucketizer = "Bucketizer";
constexpr std::string_view kIndexer = "StringIndexerModel";

struct Part {
    std::string folder;
    std::string kind;  // the class without its package
    std::string spark_version;
    const json::object* content = nullptr;
    const json::object* metadata = nullptr;
};

std::string text_of(const json::value& value) {
    const json::string& text = value.as_string();
    return {text.data(), text.size()};
}

std::vector<std::string> texts_of(const json::value& value) {
    std::vector<std::string> texts;
    for (const json::value& text : value.as_array()) texts.push_back(text_of(text));
    return texts;
}

Part part_of(const json::value& value) {
    const json::object& content = value.as_object();
    const json::object& metadata = content.at("metadata").as_object();
    const std::string name = text_of(metadata.at("class"));
    return {
        .folder = text_of(content.at("folder")),
        .kind = name.substr(name.rfind('.') + 1),
        .spark_version = text_of(metadata.at("sparkVersion")),
        .content = &content,
        .metadata = &metadata,
    };
}

// A parameter as set, or else by default; null when the part has none of that name.
const json::value* parameter(const Part& part, std::string_view name) {
    for (const std::string_view map : {"paramMap", "defaultParamMap"}) {
        const json::value* const parameters = part.metadata->if_contains(map);
        if (parameters == nullptr || !parameters->is_object()) continue;
        if (const json::value* value = parameters->get_object().if_contains(name)) return value;
    }
    return nullptr;
}

Result<const json::value*> needed_parameter(const Part& part, std::string_view name) {
    if (const json::value* value = parameter(part, name)) return value;
    return fail(Errc::corrupt, "has " + part.folder + " without parameter " + std::string(name));
}

// What was found, for messages.
std::string kinds_of(const std::vector<Part>& parts) {
    std::set<std::string> kinds;
    for (const Part& part : parts) kinds.insert(part.kind);
    std::string text;
    for (const std::string& kind : kinds) text += (text.empty() ? "" : ", ") + kind;
    return text;
}

Result<const Part*> only_part(const std::vector<Part>& parts, std::string_view kind) {
    const auto first = std::ranges::find(parts, kind, &Part::kind);
    if (first == parts.end()) {
        if (kind == kForest) {
            return fail(
                Errc::unsupported,
                "is no pipeline of a random forest classifier: it holds " + kinds_of(parts)
            );
        }
        return fail(
            Errc::not_found,
            "lacks the part of the kind " + std::string(kind) + "; it holds " + kinds_of(parts)
        );
    }
    const auto second = std::find_if(first + 1, parts.end(), [kind](const Part& part) {
        return part.kind == kind;
    });
    if (second == parts.end()) return &*first;
    return fail(
        Errc::unsupported,
        "has two parts of the kind " + std::string(kind) + ", " + first->folder + " and " +
            second->folder + "; name a folder with the parts of one model"
    );
}

Result<void> check_version(const Part& part) {
    const std::string& version = part.spark_version;
    if (version.starts_with("2.") || version.starts_with("3.")) return {};
    return fail(
        Errc::unsupported,
        "has " + part.folder + ", saved by Spark " + version +
            "; models of Spark 2 and 3 can be imported"
    );
}

// Spark writes infinite numbers as text; NaN for any other text.
double split_point(const json::value& value) {
    if (!value.is_string()) return value.to_number<double>();
    const std::string text = text_of(value);
    return text == "Inf" ? kInfinity : text == "-Inf" ? -kInfinity : NAN;
}

Result<void> check_bucketizer(const Part& part) {
    static const std::vector<double> kBounds = {-kInfinity, -15, 0, 30, kInfinity};
    FC_TRY(const json::value* const splits, needed_parameter(part, "splits"));
    std::vector<double> bounds;
    for (const json::value& value : splits->as_array()) bounds.push_back(split_point(value));
    if (bounds == kBounds) return {};
    return fail(
        Errc::unsupported,
        "has other classes than this program answers: " + part.folder + " has the splits " +
            json::serialize(*splits) + ", not -Inf, -15, 0, 30, Inf"
    );
}

// `which` is "input" or "output".
Result<std::vector<std::string>> column_names(const Part& part, const std::string& which) {
    const json::value* const many = parameter(part, which + "Cols");
    if (many != nullptr && many->is_array() && !many->get_array().empty()) return texts_of(*many);
    FC_TRY(const json::value* const one, needed_parameter(part, which + "Col"));
    return std::vector<std::string>{text_of(*one)};
}

bool are_distinct(const std::vector<std::string>& labels) {
    return std::set<std::string_view>(labels.begin(), labels.end()).size() == labels.size();
}

Result<void> read_indexers(const Part& part, std::vector<SparkIndexer>& indexers) {
    FC_TRY(const std::vector<std::string> inputs, column_names(part, "input"));
    FC_TRY(const std::vector<std::string> outputs, column_names(part, "output"));
    const json::array& labels = part.content->at("labels").as_array();
    if (inputs.size() != outputs.size() || inputs.size() != labels.size()) {
        return fail(
            Errc::corrupt, "has " + part.folder + " with another number of columns than of labels"
        );
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        SparkIndexer indexer{inputs[i], outputs[i], texts_of(labels[i])};
        if (indexer.labels.empty() || !are_distinct(indexer.labels)) {
            return fail(Errc::corrupt, "has " + part.folder + " without labels or with one twice");
        }
        indexers.push_back(std::move(indexer));
    }
    return {};
}

double double_of(const json::value& bits) {
    return std::bit_cast<double>(bits.as_int64());
}

SparkNodeRow node_of(const json::value& value) {
    const json::array& row = value.as_array();
    SparkNodeRow node{
        .tree = row.at(0).as_int64(),
        .id = row.at(1).as_int64(),
        .left = row.at(2).as_int64(),
        .right = row.at(3).as_int64(),
        .feature = row.at(4).as_int64(),
        .categories = row.at(5).as_int64(),
    };
    const json::array& split = row.at(6).as_array();
    if (node.categories >= 0) {
        for (const json::value& category : split) {
            node.left_categories.push_back(category.as_int64());
        }
    } else if (node.left >= 0) {
        node.threshold = double_of(split.at(0));
    }
    for (const json::value& count : row.at(7).as_array()) node.stats.push_back(double_of(count));
    return node;
}

Result<void> read_trees(const Part& part, SparkPipeline& pipeline) {
    const json::array& trees = part.content->at("trees").as_array();
    pipeline.trees = static_cast<std::int64_t>(trees.size());
    std::int64_t expected = 0;
    for (const json::value& tree : trees) {
        const json::array& row = tree.as_array();
        if (row.at(0).as_int64() == expected++ && double_of(row.at(1)) == 1) continue;
        return fail(Errc::unsupported, "has " + part.folder + " with trees of unequal weight");
    }
    for (const json::value& row : part.content->at("nodes").as_array()) {
        pipeline.nodes.push_back(node_of(row));
    }
    return {};
}

// What the forest says of itself must be what was found.
Result<void> check_forest(const Part& part, const SparkPipeline& pipeline) {
    const auto count_of = [&part](std::string_view name) {
        const json::value* const count = part.metadata->if_contains(name);
        return count == nullptr ? -1 : count->as_int64();
    };
    if (count_of("numClasses") != 4) {
        return fail(
            Errc::unsupported, "has " + part.folder + " with another number of classes than 4"
        );
    }
    if (count_of("numTrees") != pipeline.trees) {
        return fail(
            Errc::corrupt,
            "has " + part.folder +
                " with another number of trees than its metadata says; copy the "
                "folder again"
        );
    }
    if (count_of("numFeatures") != static_cast<std::int64_t>(pipeline.features.size())) {
        return fail(
            Errc::corrupt,
            "has " + part.folder + " with another number of features than its assembler gives"
        );
    }
    return {};
}

// Every index that the assembler takes must come from an indexer.
Result<void> check_indexers(const SparkPipeline& pipeline) {
    for (const std::string& feature : pipeline.features) {
        if (!feature.ends_with("_index")) continue;
        const auto found = std::ranges::find(pipeline.indexers, feature, &SparkIndexer::output);
        if (found != pipeline.indexers.end()) continue;
        return fail(
            Errc::not_found, "lacks the part of the kind StringIndexerModel that gives " + feature
        );
    }
    return {};
}

Result<SparkPipeline> read_pipeline(const std::vector<Part>& parts) {
    FC_TRY(const Part* const forest, only_part(parts, kForest));
    for (const Part& part : parts) FC_TRY_VOID(check_version(part));
    FC_TRY(const Part* const bucketizer, only_part(parts, kBucketizer));
    FC_TRY_VOID(check_bucketizer(*bucketizer));
    FC_TRY(const Part* const assembler, only_part(parts, kAssembler));
    FC_TRY(const json::value* const inputs, needed_parameter(*assembler, "inputCols"));
    SparkPipeline pipeline{.spark_version = forest->spark_version, .features = texts_of(*inputs)};
    for (const Part& part : parts) {
        if (part.kind == kIndexer) FC_TRY_VOID(read_indexers(part, pipeline.indexers));
    }
    FC_TRY_VOID(check_indexers(pipeline));
    FC_TRY_VOID(read_trees(*forest, pipeline));
    FC_TRY_VOID(check_forest(*forest, pipeline));
    return pipeline;
}

}  // namespace

base::Result<SparkPipeline> parse_spark_pipeline(std::string_view text, const std::string& source) {
    try {
        const json::value root = json::parse({text.data(), text.size()});
        if (const json::value* error = root.as_object().if_contains("error")) {
            return fail(Errc::corrupt, text_of(*error));
        }
        std::vector<Part> parts;
        for (const json::value& part : root.at("parts").as_array()) parts.push_back(part_of(part));
        auto pipeline = read_pipeline(parts);
        if (pipeline) return pipeline;
        return fail(pipeline.error().code, source + " " + pipeline.error().detail);
    } catch (const std::exception& error) {
        return fail(
            Errc::corrupt,
            source + " has another layout than Spark 2 and 3 write (" + error.what() + ")"
        );
    }
}

}  // namespace flightcast::importer
