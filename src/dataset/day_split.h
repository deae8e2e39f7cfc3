// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/result.h"
#include "dataset/flight_table.h"

namespace flightcast::dataset {

// Which days to learn from and which to judge on; both ends included. Flights of one day stand in
// for each other, so a model is only ever judged on days after those it learned from.
struct DaySplitOptions {
    std::optional<Day> train_until;
    std::optional<Day> validate_from;
    std::optional<Day> validate_until;
};

struct DaySplit {
    RowIds train;
    RowIds validate;
    Day train_first{};
    Day train_last{};
    Day validate_first{};
    Day validate_last{};
};

// Splits the rows of `table` by day. With one of `train_until` and `validate_from` the other is the
// day next to it; with neither, the last fifth of the days is for judging; with both, the days
// between are left out. Fails with invalid_argument when they overlap or a side is empty.
[[nodiscard]] base::Result<DaySplit> split_by_day(
    const FlightTable& table, const DaySplitOptions& options
);

}  // namespace flightcast::dataset
