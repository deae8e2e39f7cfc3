// SPDX-License-Identifier: Apache-2.0
#include "gateway/web/asset_cache.h"

#include <gtest/gtest.h>

namespace flightcast::gateway::web {
namespace {

constexpr std::size_t kBytesMax = 10'000;

SharedAsset asset(std::size_t bytes) {
    return std::make_shared<const http::Asset>(
        http::Asset{.bytes = std::make_shared<const std::string>(bytes, 'x')}
    );
}

FileRevision revision(std::int64_t size) {
    return {.size = size};
}

// Goal: the file not asked for longest gives way, and the bound holds.
TEST(AssetCache, TheOneNotAskedForLongestGoes) {
    AssetCache cache(kBytesMax);
    cache.put("a", revision(1), asset(4'000));
    cache.put("b", revision(1), asset(4'000));
    const SharedAsset a = cache.find("a", revision(1)).value();
    cache.put("c", revision(1), asset(4'000));
    EXPECT_FALSE(cache.find("b", revision(1)));
    EXPECT_EQ(cache.find("a", revision(1)), a);
    EXPECT_LE(cache.bytes(), kBytesMax);
    cache.put("d", revision(1), asset(kBytesMax));  // More than there is room for.
    EXPECT_EQ(cache.bytes(), 0U);
    EXPECT_EQ(a->bytes->size(), 4'000U);  // A holder keeps it.
}

// Goal: of one path there is one revision, and the other one holds no memory.
TEST(AssetCache, AnotherRevisionIsForgotten) {
    AssetCache cache(kBytesMax);
    cache.put("a", revision(1), asset(4'000));
    cache.put("a", revision(2), asset(3'000));
    EXPECT_LT(cache.bytes(), 4'000U);
    EXPECT_TRUE(cache.find("a", revision(2)));
    EXPECT_FALSE(cache.find("a", revision(3)));
    EXPECT_EQ(cache.bytes(), 0U);
}

// Goal: that a file is not to be served is known as well.
TEST(AssetCache, KeepsThatThereIsNone) {
    AssetCache cache(kBytesMax);
    cache.put("a", revision(1), nullptr);
    const auto known = cache.find("a", revision(1));
    ASSERT_TRUE(known);
    EXPECT_EQ(*known, nullptr);
    EXPECT_GT(cache.bytes(), 0U);
}

}  // namespace
}  // namespace flightcast::gateway::web
