// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>

#include "evaluate/judgement.h"

namespace flightcast::evaluate {

// A judgement as JSON: "rows", "days", "contestants" (name, figures, intervals, confusion,
// reliability, daily log loss), "gain" and "permutation".
[[nodiscard]] boost::json::object json_report(const Judgement& judgement);

}  // namespace flightcast::evaluate
