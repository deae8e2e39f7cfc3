// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/bundle_parts.h"
#include "registry/record.h"

namespace flightcast::gateway::api {

// The bodies of changes of the registry: JSON objects. Reading one fails with invalid_argument,
// which names the member and says what it must be.

// {"model": "name@version", "reason": "...", "author": "..."}; null is the model inside the
// program;
// {"rollback": true} takes the last promotion back.
struct AliasBody {
    std::optional<std::string> model;
    bool is_rollback = false;
    std::string reason{};
    std::string author{};
};
[[nodiscard]] base::Result<AliasBody> read_alias_body(std::string_view json);

// {"digest": "...", "bytes": 123, "parts": 2, "reason": "...", "author": "..."}
struct VersionBody {
    registry::PackedAddress address;
    std::string reason{};
    std::string author{};
};
[[nodiscard]] base::Result<VersionBody> read_version_body(std::string_view json);

// {"experiment": "name", "arms": [{"model": "name@version", "weight": 0.1}], "auto_promote": false,
//  "reason": "...", "author": "..."}; without weight an arm is a shadow.
struct ExperimentBody {
    registry::ExperimentStarted experiment;
    std::string reason{};
    std::string author{};
};
[[nodiscard]] base::Result<ExperimentBody> read_experiment_body(std::string_view json);

// {"reason": "...", "author": "..."}
struct Words {
    std::string reason{};
    std::string author{};
};
[[nodiscard]] base::Result<Words> read_words(std::string_view json);

// Whether `text` is the digest of a bundle: 64 hex digits in lower case.
[[nodiscard]] bool is_digest(std::string_view text);

}  // namespace flightcast::gateway::api
