// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "flight/prediction.h"
#include "flight/request.h"
#include "scoring/model.h"

namespace flightcast::scoring {

// Why answers cannot be used: too few, or not probabilities. Nothing: they can.
[[nodiscard]] std::optional<std::string> fault_of(
    const std::vector<flight::Answer>& answers, std::size_t expected
);

// The answers of a model, or its fault: it threw, or gave no usable ones.
[[nodiscard]] base::Result<std::vector<flight::Answer>> checked_answers(
    const Model& model, std::span<const flight::Request> requests
);

}  // namespace flightcast::scoring
