// SPDX-License-Identifier: Apache-2.0
#include "forest/walk/walker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <limits>

#include "base/random.h"
#include "forest/bundle_testing.h"

namespace flightcast::forest::walk {
namespace {

using ::testing::HasSubstr;

struct WalkCase {
    const char* what;
    std::vector<float> row;
    std::size_t leaf;
};

TEST(Forest, WalksToTheRightLeaf) {
    // Goal: thresholds, category sets and missing values send a row where the header says.
    const Bundle bundle = make_small_bundle();
    ASSERT_TRUE(check(bundle.forest, bundle.schema));
    const Walker walker(bundle.forest, bundle.schema);
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const std::vector<WalkCase> cases = {
        {"below the threshold", {9, 0}, 0},
        {"a value equal to the threshold goes left", {10, 0}, 0},
        {"just above", {std::nextafter(10.0F, 11.0F), 0}, 1},
        {"minus infinity", {-kInfinity, 2}, 0},
        {"infinity, category out of the set", {kInfinity, 0}, 1},
        {"category in the set", {11, 1}, 2},
        {"last category", {11, 2}, 2},
        {"a missing number goes right here", {NAN, 2}, 2},
        {"a missing category goes left here", {11, NAN}, 1},
        {"all missing", {NAN, NAN}, 1},
    };
    for (const WalkCase& c : cases) {
        const ClassShares shares = walker.score(c.row);
        EXPECT_EQ(shares, score_plainly(bundle.forest, bundle.schema, c.row)) << c.what;
        for (std::size_t i = 0; i < shares.size(); ++i) {
            EXPECT_EQ(shares[i], bundle.forest.leaves[c.leaf][i] / 65'535.0) << c.what;
        }
    }
}

struct DamageCase {
    const char* message;
    std::function<void(Forest&)> damage;
};

TEST(Forest, CheckFindsEveryWayOut) {
    // Goal: whatever would make a walk leave its tables or never end is found and named.
    const std::vector<DamageCase> cases = {
        {"there is no tree", [](Forest& f) { f.roots.clear(); }},
        {"a wrong root", [](Forest& f) { f.roots[0] = 5; }},
        {"a wrong root", [](Forest& f) { f.roots = {0, 0}; }},
        {"node 2 has a child of another node", [](Forest& f) { f.roots = {0, 3}; }},
        {"node 0 has a child of another node", [](Forest& f) { f.roots = {0, 1}; }},
        {"node 2 has a child before itself", [](Forest& f) { f.nodes[2].first_child = 1; }},
        {"node 2 has a child before itself", [](Forest& f) { f.nodes[2].first_child = 2; }},
        {"node 2 has no second child", [](Forest& f) { f.nodes[2].first_child = 4; }},
        {"node 2 has a child of another node", [](Forest& f) { f.nodes[0].first_child = 3; }},
        {"node 0 has an unknown feature", [](Forest& f) { f.nodes[0].feature = 2; }},
        {"node 0 has no threshold",
         [](Forest& f) { f.nodes[0].payload = std::bit_cast<std::uint32_t>(NAN); }},
        {"node 2 has a category set that is not there", [](Forest& f) { f.nodes[2].payload = 1; }},
        {"node 2 has a category set that is not there",
         [](Forest& f) { f.nodes[2].payload = 0xFFFF'FFFF; }},
        {"node 1 has a leaf that is not there", [](Forest& f) { f.nodes[1].payload = 3; }},
        {"node 1 has stray bits", [](Forest& f) { f.nodes[1].missing_right = 1; }},
        {"a leaf has no share at all", [](Forest& f) { f.leaves[2] = {}; }},
        {"leaves and their rows differ in number", [](Forest& f) { f.leaf_rows = {1, 2}; }},
        {"a leaf has no rows", [](Forest& f) { f.leaf_rows = {1, 0, 2}; }},
    };
    for (const DamageCase& c : cases) {
        Bundle bundle = make_small_bundle();
        c.damage(bundle.forest);
        const auto checked = check(bundle.forest, bundle.schema);
        ASSERT_FALSE(checked) << c.message;
        EXPECT_EQ(checked.error().code, base::Errc::corrupt);
        EXPECT_THAT(checked.error().detail, HasSubstr(c.message));
    }
}

}  // namespace
}  // namespace flightcast::forest::walk
