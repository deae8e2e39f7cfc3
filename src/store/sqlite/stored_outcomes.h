// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "base/result.h"
#include "flight/outcome.h"

namespace flightcast::store::sqlite {

// Takes the JSON of one stored outcome; an error ends the reading.
using TakeOutcome = std::function<base::Result<void>(std::string_view json)>;

// Hands over the outcomes of one kind in the order in which they were stored, those that were there
// when the reading began. Changes nothing and may run beside a server. Errors: not_found, io,
// corrupt, unsupported for a file of an earlier version that no server has opened since; those of
// `take`.
[[nodiscard]] base::Result<void> read_outcomes(
    const std::filesystem::path& file, flight::OutcomeKind kind, const TakeOutcome& take
);

}  // namespace flightcast::store::sqlite
