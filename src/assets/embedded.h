// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "assets/assets.h"

namespace flightcast::assets {

// Every embedded file, sorted by name. cmake/embed.cmake writes its definition.
[[nodiscard]] std::vector<Asset> embedded_assets();

}  // namespace flightcast::assets
