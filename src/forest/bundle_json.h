// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "forest/bundle.h"

namespace flightcast::forest {

// The schema as compact JSON, the same text for the same schema; the version is a hash of it.
[[nodiscard]] std::string serialize_schema(const Schema& schema);

// All of `bundle` but its forest, as the text of bundle.json.
[[nodiscard]] std::string serialize_bundle_json(const Bundle& bundle);

// Reads bundle.json; the forest stays empty and the version unchecked. Fails with corrupt or
// unsupported; the detail starts with `source`.
[[nodiscard]] base::Result<Bundle> parse_bundle_json(
    std::string_view text, const std::string& source
);

}  // namespace flightcast::forest
