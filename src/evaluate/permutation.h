// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dataset/flight_table.h"
#include "features/predictor.h"

namespace flightcast::evaluate {

// How much worse a model answers when one field of the requests is another flight's.
struct FieldImportance {
    std::string field;          // of a request, as "DepDelay"
    double log_loss_above = 0;  // growth of the log loss
};

// Shuffles each field that a request may carry among the flights (their day with all that follows
// from it), one field at a time, and scores them again: it works for any model, and shows on which
// fields answers depend (Breiman, "Random Forests", 2001, 10). Judges on 50,000 rows at most,
// evenly spread.
//
// REQUIRES: `rows` are rows of `table`, at least one.
[[nodiscard]] std::vector<FieldImportance> permute_fields(
    const features::Predictor& model,
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    std::uint64_t seed
);

}  // namespace flightcast::evaluate
