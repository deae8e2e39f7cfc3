// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/kafka/client/handles.h"
#include "eventlog/kafka/client/trouble.h"
#include "eventlog/record.h"

namespace flightcast::eventlog::kafka {

// Asks once to move a group, by one of its clients (GroupClients). The group's answer: the first
// partition's error, if any has one.
[[nodiscard]] base::Result<rd_kafka_resp_err_t> move_group_once(
    rd_kafka_t& client,
    Trouble& trouble,
    std::chrono::milliseconds patience,
    const std::string& group,
    const std::vector<Position>& positions
);

}  // namespace flightcast::eventlog::kafka
