// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/train/train_options.h"
#include "app/train/train_run.h"
#include "base/result.h"

namespace flightcast::app::feature_rows {

enum class RowFormat { csv, jsonl };

// Takes some whole lines.
using WriteRows = std::function<base::Result<void>(std::string_view lines)>;

struct WrittenRows {
    std::size_t learn = 0;
    std::size_t judge = 0;
    std::vector<std::string> notes;  // sentences that people should know
};

// Writes the rows that train_model with the same options learns from and judges on: Part ("learn"
// or "judge"), FlightDate, Carrier, Origin, Dest, then each feature, then ArrDelay and Class. A
// category is its text, in a column "CarrierCategory"; a missing value is empty in CSV and left out
// in JSON. Numbers are those of the learner before it puts them into bins: reading them gives the
// same 32 bits. Fails as train_model does, and with the errors of `write`.
[[nodiscard]] base::Result<WrittenRows> write_features(
    const train::TrainOptions& options,
    RowFormat format,
    train::TrainListener& listener,
    const WriteRows& write
);

}  // namespace flightcast::app::feature_rows
