// SPDX-License-Identifier: Apache-2.0
#include "importer/spark_bundle.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "base/limits.h"

namespace flightcast::importer {
namespace {

using base::Errc;
using base::Result;
using forest::SparkForest;
using forest::SparkNode;

// More categories than any airport table has; bounds what a damaged file can ask for.
constexpr std::int64_t kCategoriesMax = 1'000'000;

std::unexpected<base::Error> corrupt(const SparkNodeRow& row, const std::string& what) {
    return base::fail(
        Errc::corrupt,
        "tree " + std::to_string(row.tree) + " of the forest: node " + std::to_string(row.id) +
            " " + what + "; copy the folder again"
    );
}

Result<void> add_leaf(const SparkNodeRow& row, SparkForest& forest, SparkNode& node) {
    forest::SparkLeaf leaf{};
    if (row.stats.size() != leaf.size()) return corrupt(row, "has not 4 classes");
    std::ranges::copy(row.stats, leaf.begin());
    node.payload = static_cast<std::uint32_t>(forest.leaves.size());
    forest.leaves.push_back(leaf);
    return {};
}

Result<void> add_set(const SparkNodeRow& row, SparkForest& forest, SparkNode& node) {
    if (row.categories < 1 || row.categories > kCategoriesMax) {
        return corrupt(row, "has a bad number of categories");
    }
    node.categories = static_cast<std::uint32_t>(row.categories);
    node.payload = static_cast<std::uint32_t>(forest.sets.size());
    forest.sets.resize(forest.sets.size() + forest::set_words(node.categories));
    for (const std::int64_t category : row.left_categories) {
        if (category < 0 || category >= row.categories) {
            return corrupt(row, "has a category that is not there");
        }
        const auto bit = static_cast<std::uint32_t>(category);
        std::uint32_t& word = forest.sets[node.payload + bit / 32];
        if (((word >> (bit % 32)) & 1U) != 0) return corrupt(row, "has a category twice");
        word |= 1U << (bit % 32);
    }
    const bool others_left = forest::others_go_left(row.left_categories.size(), node.categories);
    node.others_left = others_left ? 1 : 0;
    return {};
}

// Adds one tree; its ids are 0, 1, 2 .. in the order of `rows`.
Result<void> add_tree(std::span<const SparkNodeRow> rows, SparkForest& forest) {
    const auto root = static_cast<std::uint32_t>(forest.nodes.size());
    const auto count = static_cast<std::int64_t>(rows.size());
    forest.roots.push_back(root);
    for (std::int64_t id = 0; id < count; ++id) {
        const SparkNodeRow& row = rows[static_cast<std::size_t>(id)];
        if (row.id != id)
            return corrupt(row, "stands where node " + std::to_string(id) + " should");
        SparkNode node;
        if (row.left < 0) {
            FC_TRY_VOID(add_leaf(row, forest, node));
            forest.nodes.push_back(node);
            continue;
        }
        if (row.left <= id || row.right <= id || row.left >= count || row.right >= count) {
            return corrupt(row, "has a child that is not there");
        }
        if (row.feature < 0) return corrupt(row, "has no feature");
        node.left = root + static_cast<std::uint32_t>(row.left);
        node.right = root + static_cast<std::uint32_t>(row.right);
        node.feature = static_cast<std::uint32_t>(row.feature);
        node.threshold = row.threshold;
        if (row.categories >= 0) FC_TRY_VOID(add_set(row, forest, node));
        forest.nodes.push_back(node);
    }
    return {};
}

Result<SparkForest> make_forest(const SparkPipeline& pipeline) {
    if (pipeline.nodes.size() > forest::kNodesMax ||
        pipeline.trees > static_cast<std::int64_t>(base::limits::kModelTreesMax)) {
        return base::fail(Errc::unsupported, "the forest has more trees or nodes than a model may");
    }
    SparkForest forest;
    std::span<const SparkNodeRow> rest = pipeline.nodes;
    for (std::int64_t tree = 0; tree < pipeline.trees; ++tree) {
        const auto end = std::ranges::find_if(rest, [tree](const SparkNodeRow& row) {
            return row.tree != tree;
        });
        const auto size = static_cast<std::size_t>(end - rest.begin());
        if (size == 0) {
            return base::fail(
                Errc::corrupt,
                "the forest has no nodes of tree " + std::to_string(tree) +
                    "; copy the folder again"
            );
        }
        FC_TRY_VOID(add_tree(rest.first(size), forest));
        rest = rest.subspan(size);
    }
    if (!rest.empty()) return corrupt(rest.front(), "is of a tree that the forest does not have");
    return forest;
}

// What the original job does with a record knows the columns by their names in it.
Result<void> check_names(const SparkPipeline& pipeline, forest::SparkMode mode) {
    if (mode == forest::SparkMode::corrected) return {};
    for (const SparkFeature& feature : pipeline.features) {
        if (feature.column == feature.name) continue;
        return base::fail(
            Errc::unsupported,
            "the forest takes the column " + feature.column + ", which the original job calls " +
                feature.name + "; with --mode corrected the model can be imported"
        );
    }
    return {};
}

forest::Schema make_schema(const SparkPipeline& pipeline, forest::SparkMode mode) {
    forest::Schema schema;
    for (const SparkFeature& taken : pipeline.features) {
        forest::Feature feature{taken.name, forest::FeatureKind::numeric, {}};
        if (mode == forest::SparkMode::corrected && !taken.labels.empty()) {
            feature.kind = forest::FeatureKind::categorical;
            feature.categories = taken.labels;
        }
        schema.features.push_back(std::move(feature));
    }
    return schema;
}

}  // namespace

Result<forest::Bundle> make_spark_bundle(
    const SparkPipeline& pipeline, const ImportOptions& options
) {
    if (pipeline.features.empty() || pipeline.features.size() > base::limits::kModelFeaturesMax) {
        return base::fail(Errc::unsupported, "the forest has no features, or too many");
    }
    FC_TRY_VOID(check_names(pipeline, options.mode));
    forest::Bundle bundle{
        .name = options.name,
        .version = {},
        .schema = make_schema(pipeline, options.mode),
        .forest = {},
    };
    forest::SparkModel spark{.mode = options.mode, .spark_version = pipeline.spark_version};
    FC_TRY(spark.forest, make_forest(pipeline));
    FC_TRY_VOID(forest::check(spark.forest, bundle.schema));
    bundle.version = forest::version_of(bundle.schema, spark);
    bundle.spark = std::move(spark);
    bundle.provenance.command = "flightcast import spark " + options.source + " --mode " +
                                std::string(forest::to_string(options.mode)) + " --name " +
                                options.name;
    return bundle;
}

}  // namespace flightcast::importer
