// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "eventlog/kafka/client/handles.h"
#include "eventlog/kafka/client/trouble.h"
#include "eventlog/membership/port.h"

namespace flightcast::eventlog::kafka {

// The members of `group` and their partitions, as its coordinator sees them. Errc::not_found when
// no broker knows the group, or none that this user may ask for it; Errc::unavailable when a broker
// that may know it is away.
[[nodiscard]] base::Result<membership::GroupView> view_of_group(
    rd_kafka_t& client,
    const Trouble& trouble,
    const std::string& group,
    std::chrono::milliseconds patience
);

// The partitions in a member's assignment, as the consumer protocol writes it: the version, then
// for each topic its name and its partitions. Nothing for other bytes.
[[nodiscard]] std::vector<TopicPartition> partitions_in_assignment(std::string_view bytes);

// The instance's name in a static member's id, else the host. Another member's id begins with the
// name of its client.
struct MemberWords {
    std::string_view id;
    std::string_view client;
    std::string_view host;
};
[[nodiscard]] std::string name_of_member(const MemberWords& member);

}  // namespace flightcast::eventlog::kafka
