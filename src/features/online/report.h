// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "arrival/source_ranks.h"
#include "base/clock.h"
#include "features/online/fold.h"

namespace flightcast::features::online {

// Adds a record of the arrival topic, which was appended at that time. One that is not a valid
// report, or from which the fold takes nothing (news.h), is passed over: the evaluator makes dead
// letters.
void add_report(
    Fold& fold, std::string_view json, base::WallTime appended, const arrival::SourceRanks& ranks
);

}  // namespace flightcast::features::online
