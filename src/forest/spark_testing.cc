// SPDX-License-Identifier: Apache-2.0
#include "forest/spark_testing.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace flightcast::forest {
namespace {

constexpr std::size_t kTrees = 13;            // not a multiple of a fast walk's trees at once
constexpr std::uint32_t kCategoriesMax = 70;  // more than two words

// Half numbers, so that rows hit thresholds exactly.
double draw_number(base::Random& random) {
    return static_cast<double>(random.below(41)) / 2 - 10;
}

void draw_set(SparkForest& forest, SparkNode& node, base::Random& random) {
    node.categories = 1 + static_cast<std::uint32_t>(random.below(kCategoriesMax));
    node.payload = static_cast<std::uint32_t>(forest.sets.size());
    std::size_t count = 0;
    for (std::uint32_t first = 0; first < node.categories; first += 32) {
        auto word = static_cast<std::uint32_t>(random.next());
        if (node.categories - first < 32) word &= (1U << (node.categories - first)) - 1;
        forest.sets.push_back(word);
        count += static_cast<std::size_t>(std::popcount(word));
    }
    node.others_left = others_go_left(count, node.categories) ? 1 : 0;
}

void draw_split(
    SparkForest& forest, std::size_t index, const Schema& schema, base::Random& random
) {
    SparkNode node{
        .left = static_cast<std::uint32_t>(forest.nodes.size()),
        .right = static_cast<std::uint32_t>(forest.nodes.size() + 1),
        .feature = static_cast<std::uint32_t>(random.below(schema.features.size())),
    };
    if (schema.features[node.feature].name.ends_with("_index")) {
        draw_set(forest, node, random);
    } else {
        node.threshold = draw_number(random);
    }
    forest.nodes[index] = node;
    forest.nodes.resize(forest.nodes.size() + 2);
}

void add_random_tree(
    SparkForest& forest, const Schema& schema, base::Random& random, std::size_t splits_max
) {
    std::size_t next = forest.nodes.size();
    forest.roots.push_back(static_cast<std::uint32_t>(next));
    forest.nodes.emplace_back();
    std::size_t splits = random.below(splits_max + 1);
    for (; next < forest.nodes.size(); ++next) {
        const bool last_chance = next + 1 == forest.nodes.size();
        if (splits > 0 && (last_chance || random.below(3) > 0)) {
            draw_split(forest, next, schema, random);
            --splits;
            continue;
        }
        forest.nodes[next].payload = static_cast<std::uint32_t>(forest.leaves.size());
        SparkLeaf leaf{};
        for (double& rows : leaf) rows = static_cast<double>(random.below(1'000));
        leaf[random.below(kClassCount)] += 1;
        forest.leaves.push_back(leaf);
    }
}

}  // namespace

Schema make_spark_schema() {
    Schema schema;
    for (const char* name :
         {"DepDelay",
          "Distance",
          "DayOfMonth",
          "DayOfWeek",
          "DayOfYear",
          "Carrier_index",
          "Origin_index",
          "Dest_index",
          "Route_index"}) {
        schema.features.push_back({name, FeatureKind::numeric, {}});
    }
    return schema;
}

Bundle make_small_spark_bundle(SparkMode mode) {
    Bundle bundle{.name = "small-spark", .version = {}, .schema = {}, .forest = {}};
    bundle.schema.features = {
        {"DepDelay", FeatureKind::numeric, {}},
        {"DayOfWeek", FeatureKind::numeric, {}},
        {"Carrier_index", FeatureKind::numeric, {}}
    };
    if (mode == SparkMode::corrected) {
        bundle.schema.features[2].kind = FeatureKind::categorical;
        bundle.schema.features[2].categories = {"WN", "DL", "AA", "UA"};
    }
    SparkForest forest{
        .roots = {0, 3},
        .nodes =
            {{.threshold = 10.5, .left = 1, .right = 2},
             {.payload = 0},
             {.payload = 1},
             {.left = 4, .right = 7, .payload = 0, .feature = 2, .categories = 5},
             {.threshold = 5, .left = 5, .right = 6, .feature = 1},
             {.payload = 2},
             {.payload = 3},
             {.payload = 4}},
        .leaves = {{1, 2, 0, 1}, {0, 1, 6, 3}, {0, 0, 3, 0}, {0, 3, 0, 0}, {1, 1, 1, 1}},
        .sets = {0b00110},
    };
    bundle.spark = SparkModel{mode, "3.5.3", std::move(forest)};
    bundle.version = version_of(bundle.schema, *bundle.spark);
    bundle.provenance.command = "by hand";
    return bundle;
}

SparkForest make_random_spark_forest(
    const Schema& schema, base::Random& random, std::size_t splits_max
) {
    SparkForest forest;
    for (std::size_t tree = 0; tree < kTrees; ++tree) {
        add_random_tree(forest, schema, random, splits_max);
    }
    return forest;
}

std::vector<double> make_random_spark_row(const Schema& schema, base::Random& random) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    constexpr std::array kOdd = {
        std::numeric_limits<double>::quiet_NaN(), kInfinity, -kInfinity, -0.0, -1.0, 1e300, 4e9
    };
    std::vector<double> row;
    for (const Feature& feature : schema.features) {
        const bool is_index = feature.name.ends_with("_index");
        double value =
            is_index ? static_cast<double>(random.below(kCategoriesMax + 2)) : draw_number(random);
        if (random.below(5) == 0) value = kOdd[random.below(kOdd.size())];
        if (random.below(5) == 0) value = std::nextafter(value, kInfinity);
        if (random.below(5) == 0) value = std::nextafter(value, -kInfinity);
        row.push_back(value);
    }
    return row;
}

}  // namespace flightcast::forest
