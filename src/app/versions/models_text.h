// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace flightcast::app::versions {

// The state of a registry, as registry_json() gives it, as tables for a terminal. Errors: corrupt
// when `state` is not such JSON; not_found for an unknown version.
[[nodiscard]] base::Result<std::string> list_text(std::string_view state);
[[nodiscard]] base::Result<std::string> history_text(std::string_view state);
[[nodiscard]] base::Result<std::string> card_text(std::string_view state, const std::string& model);

// The figures of two versions side by side, those of the card's forest.
[[nodiscard]] base::Result<std::string> diff_text(
    std::string_view state, const std::string& left, const std::string& right
);

// The JSON of one version, for programs.
[[nodiscard]] base::Result<std::string> version_json(
    std::string_view state, const std::string& model
);

// The pairs under judgement, as status_json() gives them.
[[nodiscard]] base::Result<std::string> experiments_text(std::string_view status);

// One line that tells the effect of a change.
[[nodiscard]] std::string change_text(std::string_view record);

}  // namespace flightcast::app::versions
