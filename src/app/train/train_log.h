// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "app/train/train_options.h"
#include "base/result.h"
#include "logged/logged_flights.h"

namespace flightcast::app::train {

// The predictions of a log with their arrivals, up to where its topics end now: of the data folder,
// whose server may be running, or of a Kafka cluster. Fails as LoggedFlights and the log do.
[[nodiscard]] base::Result<logged::Logged> read_log(const TrainLog& log, std::size_t flights_max);

}  // namespace flightcast::app::train
