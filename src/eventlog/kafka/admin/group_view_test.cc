// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/admin/group_view.h"

#include <gtest/gtest.h>

#include <string>

namespace flightcast::eventlog::kafka {
namespace {

// Goal: an assignment as brokers keep it is read, and no bytes of any kind are read past.
TEST(GroupView, ReadsAssignments) {
    const std::string bytes(
        "\0\1"
        "\0\0\0\2"
        "\0\1t"
        "\0\0\0\2"
        "\0\0\0\0"
        "\0\0\0\3"
        "\0\2uv"
        "\0\0\0\1"
        "\0\0\1\0"
        "\0\0\0\0",
        37
    );
    EXPECT_EQ(
        partitions_in_assignment(bytes),
        (std::vector<TopicPartition>{
            {"t", PartitionId(0)}, {"t", PartitionId(3)}, {"uv", PartitionId(256)}
        })
    );
    EXPECT_TRUE(partitions_in_assignment("").empty());
    for (std::size_t size = 0; size + 4 < bytes.size(); ++size) {
        EXPECT_TRUE(partitions_in_assignment(std::string_view(bytes).substr(0, size)).empty());
    }
}

// Goal: a member is named as its operator named it, else by where it is.
TEST(GroupView, NamesMembers) {
    const auto name = [](std::string_view client, std::string_view id) {
        return name_of_member({.id = id, .client = client, .host = "10.0.0.1"});
    };
    constexpr const char* kStatic = "host-1-scorer-5001-0910313b-6000-4f14-8550-dae624a4d138";
    EXPECT_EQ(name("flightcast", kStatic), "host-1-scorer-5001");
    EXPECT_EQ(name("flightcast-3f2a", kStatic), "host-1-scorer-5001");
    constexpr const char* kNameless = "flightcast-0910313b-6000-4f14-8550-dae624a4d138";
    EXPECT_EQ(name("flightcast", kNameless), "one at 10.0.0.1");
    EXPECT_EQ(name("flightcast", "other"), "one at 10.0.0.1");
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
