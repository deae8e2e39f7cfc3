// SPDX-License-Identifier: Apache-2.0
#include "forest/bundle_testing.h"

#include <bit>
#include <limits>

namespace flightcast::forest {
namespace {

constexpr std::size_t kTrees = 13;  // not a multiple of the trees that the fast walk takes at once

std::uint32_t bits_of(float value) {
    return std::bit_cast<std::uint32_t>(value);
}

// Whole and half numbers, so that rows hit thresholds exactly.
float draw_number(base::Random& random) {
    return static_cast<float>(random.below(41)) / 2 - 10;
}

Node draw_split(Forest& forest, const Schema& schema, base::Random& random) {
    Node node{};
    const auto feature = random.below(schema.features.size());
    node.feature = static_cast<std::uint32_t>(feature) & 0x7FU;
    node.missing_right = static_cast<std::uint32_t>(random.below(2)) & 1U;
    node.first_child = static_cast<std::uint32_t>(forest.nodes.size()) & 0xFF'FFFFU;
    if (schema.features[feature].kind == FeatureKind::numeric) {
        node.payload = bits_of(draw_number(random));
        return node;
    }
    node.payload = static_cast<std::uint32_t>(forest.sets.size());
    for (std::size_t word = 0; word < set_words(schema.features[feature].categories.size());
         ++word) {
        forest.sets.push_back(static_cast<std::uint32_t>(random.next()));
    }
    return node;
}

void add_random_tree(
    Forest& forest, const Schema& schema, base::Random& random, std::size_t splits_max
) {
    std::size_t next = forest.nodes.size();
    forest.roots.push_back(static_cast<std::uint32_t>(next));
    forest.nodes.emplace_back();
    std::size_t splits = random.below(splits_max + 1);
    for (; next < forest.nodes.size(); ++next) {
        const bool last_chance = next + 1 == forest.nodes.size();
        if (splits > 0 && (last_chance || random.below(3) > 0)) {
            --splits;
            forest.nodes[next] = draw_split(forest, schema, random);
            forest.nodes.resize(forest.nodes.size() + 2);
            continue;
        }
        forest.nodes[next] = Node{static_cast<std::uint32_t>(forest.leaves.size()), 0, 0, 0};
        Leaf leaf{};
        for (std::uint16_t& share : leaf) share = static_cast<std::uint16_t>(random.below(20'000));
        ++leaf[random.below(leaf.size())];
        forest.leaves.push_back(leaf);
        forest.leaf_rows.push_back(1 + static_cast<std::uint32_t>(random.below(1'000)));
    }
}

}  // namespace

Bundle make_small_bundle() {
    Bundle bundle{.name = "small", .version = {}, .schema = {}, .forest = {}, .provenance = {}};
    bundle.schema.features = {
        {"DepDelay", FeatureKind::numeric, {}},
        {"Carrier", FeatureKind::categorical, {"AA", "B6", "UA"}},
    };
    bundle.forest.roots = {0};
    bundle.forest.nodes = {
        Node{bits_of(10), 1, 0, 1},
        Node{0, 0, 0, 0},
        Node{0, 3, 1, 0},
        Node{1, 0, 0, 0},
        Node{2, 0, 0, 0},
    };
    bundle.forest.leaves = {{0, 49'152, 16'383, 0}, {0, 0, 49'152, 16'383}, {0, 0, 0, 65'535}};
    bundle.forest.sets = {0b110};
    bundle.provenance = {
        .command = "flightcast train --data a.csv.gz --out small",
        .files = {{"a.csv.gz", 100, 3}},
        .train_first_day = "2015-01-01",
        .train_last_day = "2015-03-31",
        .train_rows = 80,
        .validate_first_day = "2015-04-01",
        .validate_last_day = "2015-04-30",
        .validate_rows = 20,
    };
    bundle.scoreboards = {{"forest", {{"accuracy", 0.5}, {"log_loss", 0.75}}}};
    bundle.version = version_of(bundle.schema, bundle.forest);
    return bundle;
}

Schema make_wide_schema() {
    Schema schema;
    schema.features = {
        {"DepDelay", FeatureKind::numeric, {}},
        {"Carrier", FeatureKind::categorical, {"AA", "B6", "UA"}},
        {"OriginMinutesLost", FeatureKind::numeric, {}},
        {"Origin", FeatureKind::categorical, {}},
    };
    for (int airport = 0; airport < 70; ++airport) {
        schema.features[3].categories.push_back("A" + std::to_string(airport));
    }
    schema.encodings = {{"OriginMinutesLost", {"ATL", "JFK"}, {-4.5, 2.25}, -1.0}};
    return schema;
}

Forest make_random_forest(const Schema& schema, base::Random& random, std::size_t splits_max) {
    Forest forest;
    for (std::size_t tree = 0; tree < kTrees; ++tree) {
        add_random_tree(forest, schema, random, splits_max);
    }
    return forest;
}

std::vector<float> make_random_row(const Schema& schema, base::Random& random) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    std::vector<float> row;
    for (const Feature& feature : schema.features) {
        const bool missing = random.below(5) == 0;
        if (missing) {
            row.push_back(std::numeric_limits<float>::quiet_NaN());
        } else if (feature.kind == FeatureKind::categorical) {
            row.push_back(static_cast<float>(random.below(feature.categories.size())));
        } else {
            const bool infinite = random.below(20) == 0;
            row.push_back(
                infinite ? (random.below(2) == 0 ? kInfinity : -kInfinity) : draw_number(random)
            );
        }
    }
    return row;
}

}  // namespace flightcast::forest
