// SPDX-License-Identifier: Apache-2.0
#include "eventlog/local/groups.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace flightcast::eventlog::local {

MemberId Groups::join(
    const std::string& group, const std::string& instance_id, std::vector<TopicPartition> partitions
) {
    last_member_ = last_member_.next();
    Group& joined = groups_[group];
    const auto previous = std::ranges::find_if(joined.members, [&](MemberId id) {
        return members_.at(id).instance_id == instance_id;
    });
    if (previous == joined.members.end()) {
        joined.members.push_back(last_member_);
    } else {
        members_.erase(*previous);
        *previous = last_member_;
    }
    members_[last_member_] = {group, instance_id, std::move(partitions)};
    ++joined.generation;
    return last_member_;
}

void Groups::leave(MemberId member) {
    const auto found = members_.find(member);
    if (found == members_.end()) return;  // Fenced: its place is another's.
    Group& group = groups_.at(found->second.group);
    FC_CHECK(std::erase(group.members, member) == 1);
    ++group.generation;
    members_.erase(found);
}

std::uint64_t Groups::generation(MemberId member) const {
    return groups_.at(members_.at(member).group).generation;
}

const std::string& Groups::group_of(MemberId member) const {
    return members_.at(member).group;
}

bool Groups::owns(MemberId member, const TopicPartition& at) const {
    const auto found = members_.find(member);
    if (found == members_.end()) return false;
    const std::vector<TopicPartition>& wanted = found->second.wanted;
    if (std::ranges::find(wanted, at) == wanted.end()) return false;
    const std::vector<MemberId>& members = groups_.at(found->second.group).members;
    return members[static_cast<std::size_t>(at.partition.value()) % members.size()] == member;
}

std::vector<TopicPartition> Groups::assignment(MemberId member) const {
    std::vector<TopicPartition> mine;
    for (const TopicPartition& at : members_.at(member).wanted) {
        if (owns(member, at)) mine.push_back(at);
    }
    std::ranges::sort(mine);
    return mine;
}

std::optional<Offset> Groups::committed(const std::string& group, const TopicPartition& at) const {
    const auto found = groups_.find(group);
    if (found == groups_.end()) return std::nullopt;
    const auto position = found->second.committed.find(at);
    if (position == found->second.committed.end()) return std::nullopt;
    return position->second;
}

std::vector<Position> Groups::committed(const std::string& group) const {
    std::vector<Position> positions;
    const auto found = groups_.find(group);
    if (found == groups_.end()) return positions;
    for (const auto& [at, next] : found->second.committed) positions.push_back({at, next});
    return positions;
}

void Groups::set_committed(const std::string& group, const Position& position) {
    groups_[group].committed.insert_or_assign(position.at, position.next);
}

}  // namespace flightcast::eventlog::local
