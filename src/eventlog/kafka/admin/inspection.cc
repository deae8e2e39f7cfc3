// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/admin/inspection.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "eventlog/kafka/admin/group_view.h"
#include "eventlog/kafka/admin/reach.h"

namespace flightcast::eventlog::kafka {

using base::Result;

namespace {

constexpr std::chrono::milliseconds kReachPatience{1'000};
constexpr std::chrono::milliseconds kAskPatience{2'000};
constexpr std::size_t kAddressesMax = 3;  // told at once: each may have cost the patience

std::string user_of(const KafkaOptions& options) {
    const auto name = options.settings.find("sasl.username");
    return name == options.settings.end() ? "this user" : "user '" + name->second + "'";
}

std::string act_of(const NeededRight& right) {
    using Kind = NeededRight::Kind;
    if (right.kind == Kind::write) return "write to topic '" + right.topic + "'";
    if (right.kind == Kind::read) return "read topic '" + right.topic + "'";
    const std::string of_group = "group '" + right.group + "'";
    if (right.kind == Kind::join) return "read topic '" + right.topic + "' in " + of_group;
    return "look at the positions of " + of_group + " in topic '" + right.topic + "'";
}

std::string operation_of(NeededRight::Kind kind) {
    using Kind = NeededRight::Kind;
    if (kind == Kind::write) return "Write";
    return kind == Kind::look ? "Describe" : "Read";
}

}  // namespace

std::string numbers_of(const std::vector<TopicPartition>& partitions) {
    std::map<std::string, std::vector<std::int32_t>> by_topic;
    for (const TopicPartition& at : partitions) by_topic[at.topic].push_back(at.partition.value());
    std::string text;
    for (const auto& [topic, numbers] : by_topic) {
        if (!text.empty()) text += ", ";
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            if (i > 0) text += i + 1 == numbers.size() ? " and " : ", ";
            text += std::to_string(numbers[i]);
        }
        text += " of '" + topic + "'";
    }
    return text;
}

Inspection::Inspection(const LogParts& parts, KafkaAdmin& admin)
    : parts_(parts),
      admin_(admin),
      probe_(parts.options, parts.clock),
      user_(user_of(parts.options)) {}

Addresses Inspection::addresses() {
    const auto brokers = admin_.brokers(kAskPatience);
    if (!brokers) return {};
    Addresses found{.brokers = brokers->size()};
    for (const BrokerAddress& broker : *brokers) {
        // Beyond the first few, one that cannot be reached is assumed to be like those.
        const bool is_enough = found.complaints.size() == kAddressesMax;
        const auto why = is_enough ? std::optional<std::string>("")
                                   : why_unreachable(broker.host, broker.port, kReachPatience);
        if (!why) continue;
        ++found.unreachable;
        if (is_enough) continue;
        found.complaints.push_back(
            {"broker " + std::to_string(broker.id) + " advertises " + broker.host + ":" +
                 std::to_string(broker.port) + ", which this machine cannot reach: " + *why,
             "start the broker, or have it advertise an address that this machine reaches "
             "(advertised.listeners)"}
        );
    }
    return found;
}

Verdict Inspection::judge(const NeededRight& right) {
    switch (right.kind) {
        case NeededRight::Kind::write:
            return probe_.may_write(right.topic, kAskPatience);
        case NeededRight::Kind::read:
            return probe_.may_read(right.topic, kAskPatience);
        case NeededRight::Kind::join:
            return probe_.may_join(right.group, right.topic, kAskPatience);
        case NeededRight::Kind::look:
            return probe_.may_look(right.group, right.topic, kAskPatience);
    }
    return Verdict::unknown;
}

std::optional<Complaint> Inspection::missing(const NeededRight& right) {
    const Verdict verdict = judge(right);
    if (verdict == Verdict::granted || verdict == Verdict::unknown) return std::nullopt;
    const bool is_group = verdict == Verdict::group_refused;
    // To look at positions takes less of the topic, too.
    const std::string place =
        is_group ? "group '" + right.group + "'" : "topic '" + right.topic + "'";
    return Complaint{
        user_ + " may not " + act_of(right) + ": it lacks an ACL",
        "allow it " + operation_of(right.kind) + " on " + place
    };
}

Result<Readership> Inspection::readership(const GroupTopics& read) {
    FC_TRY(
        const membership::GroupView view,
        view_of_group(*parts_.producer.client(), parts_.trouble, read.group, kAskPatience)
    );
    std::set<TopicPartition> owned;
    for (const membership::GroupView::Member& member : view.members) {
        owned.insert(member.partitions.begin(), member.partitions.end());
    }
    FC_TRY(
        const std::vector<TopicPartition> all,
        look_up_partitions(parts_.directory, read.topics, kAskPatience)
    );
    Readership found{
        .members = view.members.size(), .is_settled = view.is_stable, .partitions = all.size()
    };
    std::ranges::copy_if(all, std::back_inserter(found.unread), [&](const TopicPartition& at) {
        return !owned.contains(at);
    });
    return found;
}

}  // namespace flightcast::eventlog::kafka
