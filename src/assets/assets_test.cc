// SPDX-License-Identifier: Apache-2.0
#include "assets/assets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace flightcast::assets {
namespace {

// Goal: look-ups work. They halve a list, so names must be sorted and unique.
TEST(Assets, AreSortedByName) {
    const auto assets = all();
    EXPECT_TRUE(
        std::ranges::is_sorted(assets, std::ranges::less_equal(), &Asset::name) || assets.size() < 2
    );
    for (const Asset& asset : assets) EXPECT_EQ(find(asset.name), asset.bytes);
}

// Goal: names that are not embedded are not found, near misses included.
TEST(Assets, UnknownNamesAreNotFound) {
    for (const char* name : {"", "web", "web/", "web/no such file", "~"}) {
        EXPECT_EQ(find(name), std::nullopt) << name;
    }
}

// Goal: an asset is its file, byte for byte, and the file's name is the asset's.
TEST(Assets, HoldTheirFiles) {
    const std::string name = "data/origin_dest_distances.jsonl";
    const std::filesystem::path path = std::filesystem::path(FLIGHTCAST_SOURCE_DIR) / name;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
    std::ifstream file(path, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    ASSERT_TRUE(find(name).has_value());
    EXPECT_TRUE(*find(name) == bytes);
}

}  // namespace
}  // namespace flightcast::assets
