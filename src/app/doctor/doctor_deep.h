// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/doctor/doctor.h"

namespace flightcast::app::doctor {

// Reads all there is, and changes nothing: whether SQLite finds the database whole, every record of
// every topic can be read, the positions of groups lie within the topics, every request that was
// scored has an outcome, and every outcome that was archived is in the store. Reads for as
// long as the log is, and keeps the ids of all requests in memory. May run beside a server.
[[nodiscard]] std::vector<Finding> examine_deeply(const Patient& patient);

}  // namespace flightcast::app::doctor
