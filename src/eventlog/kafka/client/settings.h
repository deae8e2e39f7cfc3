// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "eventlog/kafka/client/handles.h"
#include "eventlog/kafka/client/kafka_options.h"
#include "eventlog/membership/places.h"

namespace flightcast::eventlog::kafka {

// A bulk producer has many records at once, and lets them wait for more, a little.
enum class Role { producer, bulk_producer, group_member, plain_reader };

// The group that readers without one give as theirs, since librdkafka wants one; nobody joins it.
inline constexpr const char* kReadersGroup = "flightcast-reader";

// Settings that only this client has: its group, its ids.
using OwnSettings = std::vector<std::pair<std::string, std::string>>;

// Where a group begins that has no position yet: at the beginning, unless the user set
// auto.offset.reset to the end.
[[nodiscard]] membership::StartOfGroup start_of_new_groups(const KafkaOptions& options);

// Whether a setting of librdkafka's holds a password or a key.
[[nodiscard]] bool is_secret_setting(std::string_view name);

// The configuration of one client: our defaults, over them the user's settings, over them what the
// promises of the log rest on. Errc::invalid_argument names a setting that librdkafka does not know
// or does not take, or that is not the user's to choose, or two that do not go together.
[[nodiscard]] base::Result<ConfHandle> make_conf(
    const KafkaOptions& options, Role role, const OwnSettings& own = {}
);

// How long a group waits for a member that says nothing.
[[nodiscard]] std::chrono::milliseconds session_timeout_of(const rd_kafka_conf_t& conf);

}  // namespace flightcast::eventlog::kafka
