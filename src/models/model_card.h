// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "forest/bundle.h"

namespace flightcast::models {

// The answer of GET /api/v1/model, as JSON: name, version, classes, features, the days it
// learned from, and its figures on the days after them.
[[nodiscard]] std::string model_card(const forest::Bundle& bundle);

}  // namespace flightcast::models
