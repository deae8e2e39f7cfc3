// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/strong_id.h"
#include "eventlog/record.h"

namespace flightcast::eventlog::local {

// One reader that joined a group; a reader that returns is another member.
using MemberId = base::StrongId<struct MemberTag, std::uint64_t>;

// The partitions that each member of a group reads, and how far the groups are.
//
// Partition p of a topic belongs to the (p mod n)-th of the n members in the order of joining. A
// member that joins under the instance id of another takes its place: the other is fenced.
//
// Thread-safety: none; the log guards it.
class Groups {
  public:
    // Adds a member that reads `partitions`.
    MemberId join(
        const std::string& group,
        const std::string& instance_id,
        std::vector<TopicPartition> partitions
    );
    void leave(MemberId member);

    // False after another took the member's instance id.
    [[nodiscard]] bool is_member(MemberId member) const { return members_.contains(member); }

    // Grows whenever the partitions of any member of its group may have changed.
    [[nodiscard]] std::uint64_t generation(MemberId member) const;

    // The partitions that belong to `member` now, sorted.
    [[nodiscard]] std::vector<TopicPartition> assignment(MemberId member) const;
    [[nodiscard]] bool owns(MemberId member, const TopicPartition& at) const;
    [[nodiscard]] const std::string& group_of(MemberId member) const;

    [[nodiscard]] std::optional<Offset> committed(
        const std::string& group, const TopicPartition& at
    ) const;
    [[nodiscard]] std::vector<Position> committed(const std::string& group) const;
    void set_committed(const std::string& group, const Position& position);

  private:
    struct Group {
        std::vector<MemberId> members;  // in the order of joining
        std::map<TopicPartition, Offset> committed;
        std::uint64_t generation = 0;
    };
    struct Member {
        std::string group;
        std::string instance_id;
        std::vector<TopicPartition> wanted;
    };

    std::map<std::string, Group> groups_;
    std::map<MemberId, Member> members_;
    MemberId last_member_;
};

}  // namespace flightcast::eventlog::local
