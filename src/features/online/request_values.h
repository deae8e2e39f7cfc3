// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "features/online/fold.h"
#include "flight/request.h"

namespace flightcast::features::online {

// What is asked of a fold about a request: at the time of the request, or, without one, now, by the
// fold's clock. The names are borrowed.
[[nodiscard]] Question question_of(const flight::Request& request, const Fold& fold);

// The online features of a request by the arrivals that `fold` knows, the last of which is at
// `arrival_offset` of its topic.
[[nodiscard]] flight::OnlineValues online_values(
    const flight::Request& request, const Fold& fold, std::optional<std::int64_t> arrival_offset
);

}  // namespace flightcast::features::online
