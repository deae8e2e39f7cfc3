// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "eventlog/kafka/handles.h"
#include "eventlog/kafka/kafka_options.h"

namespace flightcast::eventlog::kafka {

enum class Role { producer, group_member, plain_reader };

// Settings that only this client has: its group, its ids.
using OwnSettings = std::vector<std::pair<std::string, std::string>>;

// The configuration of one client: our defaults, over them the user's settings, over them what the
// promises of the log rest on. Errc::invalid_argument names a setting that librdkafka does not know
// or does not take, or that is not the user's to choose.
[[nodiscard]] base::Result<ConfHandle> make_conf(
    const KafkaOptions& options, Role role, const OwnSettings& own = {}
);

}  // namespace flightcast::eventlog::kafka
