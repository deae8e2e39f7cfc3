// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "registry/registry.h"

namespace flightcast::registry {

// What somebody wants to write: asked again with the newer state when another record came first, so
// that a decision is always about what holds.
struct Proposal {
    std::string author;
    std::string reason;
    std::function<base::Result<Event>(const Registry& now)> event;
};

// The events of the commands. Errors are those of Registry::check().
[[nodiscard]] base::Result<Event> promotion(
    const Registry& now, const std::string& alias, std::optional<std::string> model
);
[[nodiscard]] base::Result<Event> rollback(const Registry& now, const std::string& alias);

// An experiment whose arms may be named as people name versions.
[[nodiscard]] base::Result<Event> experiment(const Registry& now, ExperimentStarted wanted);

// The version that a person means: "name@version", an alias, or the beginning of a version that
// only one has. Errors: not_found, invalid_argument when several begin so.
[[nodiscard]] base::Result<std::string> find_model(const Registry& now, const std::string& wanted);

}  // namespace flightcast::registry
