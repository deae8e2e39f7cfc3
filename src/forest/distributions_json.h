// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "base/result.h"
#include "forest/distributions.h"

namespace flightcast::forest {

// The member "distributions" of bundle.json.
[[nodiscard]] boost::json::object distributions_json(const Distributions& distributions);

// Reads it. Errors: corrupt, with what it has or lacks, as in "has no count in ...".
[[nodiscard]] base::Result<Distributions> read_distributions(const boost::json::value& value);

}  // namespace flightcast::forest
