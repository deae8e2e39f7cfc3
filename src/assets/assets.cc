// SPDX-License-Identifier: Apache-2.0
#include "assets/assets.h"

#include <algorithm>

#include "assets/embedded.h"

namespace flightcast::assets {

std::span<const Asset> all() {
    static const std::vector<Asset> assets = embedded_assets();
    return assets;
}

std::optional<std::string_view> find(std::string_view name) {
    const auto assets = all();
    const auto found = std::ranges::lower_bound(assets, name, {}, &Asset::name);
    if (found == assets.end() || found->name != name) return std::nullopt;
    return found->bytes;
}

}  // namespace flightcast::assets
