// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "registry/registry.h"

namespace flightcast::registry {

// What a process knows besides.
struct Surroundings {
    std::string in_use{};                // the model that answers here; empty: unknown
    std::string pinned{};                // why aliases are not followed here; empty: they are
    std::optional<base::WallTime> at{};  // aliases as they were then; none: now
};

// The answer of GET /api/v1/models: aliases, versions with their cards, experiments and the newest
// records. One JSON object and a line break.
[[nodiscard]] std::string registry_json(const Registry& registry, const Surroundings& around);

}  // namespace flightcast::registry
