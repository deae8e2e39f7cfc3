// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/kafka/admin/kafka_admin.h"
#include "eventlog/kafka/admin/rights_probe.h"
#include "eventlog/lag.h"

namespace flightcast::eventlog::kafka {

// A fault of a cluster, as this machine and this user meet it.
struct Complaint {
    std::string text;    // "broker 2 advertises kafka:9092, which cannot be reached: ..."
    std::string advice;  // the way out

    bool operator==(const Complaint&) const = default;
};

// The addresses that brokers advertise.
struct Addresses {
    std::size_t brokers = 0;
    std::size_t unreachable = 0;
    std::vector<Complaint> complaints{};  // about the first of those
};

// Something that a role does, and needs a right for.
struct NeededRight {
    enum class Kind {
        write,  // to the topic
        read,   // the topic, without a group
        join,   // the group, to read the topic
        look    // at the group's positions in the topic
    };
    Kind kind = Kind::write;
    std::string topic;
    std::string group{};  // with join and look

    bool operator==(const NeededRight&) const = default;
};

// The members of a group, and the partitions that none of them reads.
struct Readership {
    std::size_t members = 0;
    bool is_settled = false;  // no member is just joining or leaving
    std::size_t partitions = 0;
    std::vector<TopicPartition> unread{};
};

// Looks for what is wrong with a cluster before somebody suffers from it. Changes nothing.
//
// Thread-safety: one thread at a time. Each call waits for the brokers, some seconds at most.
class Inspection {
  public:
    // REQUIRES: both outlive it.
    Inspection(const LogParts& parts, KafkaAdmin& admin);

    // The brokers that advertise an address that cannot be reached from here. None while no broker
    // answers, which others tell.
    [[nodiscard]] Addresses addresses();

    // Nothing when this user has the right, or when no broker says.
    [[nodiscard]] std::optional<Complaint> missing(const NeededRight& right);

    // Errc::not_found when no broker tells of the group.
    [[nodiscard]] base::Result<Readership> readership(const GroupTopics& read);

  private:
    [[nodiscard]] Verdict judge(const NeededRight& right);

    const LogParts parts_;
    KafkaAdmin& admin_;
    RightsProbe probe_;
    const std::string user_;  // "user 'x'", or "this user"
};

// "0, 2 and 3 of 'q'": the numbers of partitions, by topic.
[[nodiscard]] std::string numbers_of(const std::vector<TopicPartition>& partitions);

}  // namespace flightcast::eventlog::kafka
