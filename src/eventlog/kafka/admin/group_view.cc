// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/admin/group_view.h"

#include <cstdint>
#include <optional>
#include <span>

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::fail;
using base::Result;
using membership::GroupView;

namespace {

using GroupListHandle = Handle<const rd_kafka_group_list, rd_kafka_group_list_destroy>;

// Reads big-endian numbers and texts off the front of some bytes.
class Reading {
  public:
    explicit Reading(std::string_view bytes) : bytes_(bytes) {}

    std::optional<std::int32_t> number(std::size_t size) {
        if (bytes_.size() < size) return std::nullopt;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < size; ++i) {
            value = value << 8U | static_cast<unsigned char>(bytes_[i]);
        }
        bytes_.remove_prefix(size);
        return static_cast<std::int32_t>(value);
    }
    std::optional<std::string> text() {
        const auto size = number(2);
        if (!size || *size < 0 || bytes_.size() < static_cast<std::size_t>(*size)) {
            return std::nullopt;
        }
        std::string value(bytes_.substr(0, static_cast<std::size_t>(*size)));
        bytes_.remove_prefix(value.size());
        return value;
    }

  private:
    std::string_view bytes_;
};

}  // namespace

std::vector<TopicPartition> partitions_in_assignment(std::string_view bytes) {
    Reading reading(bytes);
    std::vector<TopicPartition> partitions;
    const auto version = reading.number(2);
    const auto topics = reading.number(4);
    if (!version || !topics) return {};
    for (std::int32_t i = 0; i < *topics; ++i) {
        const auto topic = reading.text();
        const auto count = reading.number(4);
        if (!topic || !count) return {};
        for (std::int32_t k = 0; k < *count; ++k) {
            const auto partition = reading.number(4);
            if (!partition) return {};
            partitions.push_back({*topic, PartitionId(*partition)});
        }
    }
    return partitions;
}

std::string name_of_member(const MemberWords& member) {
    const std::string_view name = membership::static_name_in(member.id);
    if (!name.empty() && name != member.client) return std::string(name);
    return "one at " + std::string(member.host);
}

// A broker that is away leaves the answer incomplete; the group may be in it all the same.
Result<GroupView> view_of_group(
    rd_kafka_t& client,
    const Trouble& trouble,
    const std::string& group,
    std::chrono::milliseconds patience
) {
    const rd_kafka_group_list* answer = nullptr;
    const rd_kafka_resp_err_t code =
        rd_kafka_list_groups(&client, group.c_str(), &answer, static_cast<int>(patience.count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__PARTIAL) {
        return std::unexpected(
            trouble.explain(code, "asking for the members of group '" + group + "'")
        );
    }
    const GroupListHandle list(answer);
    for (const rd_kafka_group_info& info :
         std::span(list->groups, static_cast<std::size_t>(list->group_cnt))) {
        if (info.err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        GroupView view{.is_stable = std::string_view(info.state) == "Stable"};
        view.protocol = info.protocol;
        for (const rd_kafka_group_member_info& member :
             std::span(info.members, static_cast<std::size_t>(info.member_cnt))) {
            const std::string_view bytes(
                static_cast<const char*>(member.member_assignment),
                static_cast<std::size_t>(member.member_assignment_size)
            );
            std::string_view host = member.client_host;
            if (host.starts_with('/')) host.remove_prefix(1);
            view.members.push_back(
                {.id = member.member_id,
                 .name = name_of_member({member.member_id, member.client_id, host}),
                 .host = std::string(host),
                 .partitions = partitions_in_assignment(bytes)}
            );
        }
        return view;
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return fail(Errc::unavailable, "a broker that may know group '" + group + "' is away");
    }
    return fail(Errc::not_found, "no broker knows group '" + group + "'");
}

}  // namespace flightcast::eventlog::kafka
