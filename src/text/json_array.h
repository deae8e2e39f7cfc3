// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace flightcast::text {

// The texts of the objects in a JSON array of objects, which is all of `json` but blanks; nothing
// when it is not one. What is inside of an object is not looked at.
[[nodiscard]] std::optional<std::vector<std::string_view>> objects_of(std::string_view json);

}  // namespace flightcast::text
