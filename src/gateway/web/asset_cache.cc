// SPDX-License-Identifier: Apache-2.0
#include "gateway/web/asset_cache.h"

#include <utility>

namespace flightcast::gateway::web {

std::size_t AssetCache::Entry::bytes() const {
    return sizeof(Entry) + path.size() + (asset ? asset->bytes->size() : 0);
}

std::optional<SharedAsset> AssetCache::find(const std::string& path, const FileRevision& revision) {
    const auto known = by_path_.find(path);
    if (known == by_path_.end()) return std::nullopt;
    const Order::iterator place = known->second;
    if (place->revision != revision) {
        remove(place);
        return std::nullopt;
    }
    order_.splice(order_.end(), order_, place);
    return place->asset;
}

void AssetCache::put(const std::string& path, const FileRevision& revision, SharedAsset asset) {
    const auto known = by_path_.find(path);
    if (known != by_path_.end()) remove(known->second);
    order_.push_back({.path = path, .revision = revision, .asset = std::move(asset)});
    bytes_ += order_.back().bytes();
    by_path_.emplace(path, std::prev(order_.end()));
    while (bytes_ > bytes_max_) remove(order_.begin());
}

void AssetCache::remove(Order::iterator place) {
    bytes_ -= place->bytes();
    by_path_.erase(place->path);
    order_.erase(place);
}

}  // namespace flightcast::gateway::web
