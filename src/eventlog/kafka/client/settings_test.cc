// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/client/settings.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>

namespace flightcast::eventlog::kafka {
namespace {

using base::Errc;

std::string value_of(const rd_kafka_conf_t& conf, const char* name) {
    std::array<char, 256> text{};
    std::size_t size = text.size();
    return rd_kafka_conf_get(&conf, name, text.data(), &size) == RD_KAFKA_CONF_OK ? text.data()
                                                                                  : "";
}

// Goal: a user's setting is over our default, and what the promises rest on is over both.
TEST(Settings, UsersOverDefaults) {
    const KafkaOptions options{
        .brokers = "b:1", .settings = {{"linger.ms", "7"}, {"fetch.wait.max.ms", "3"}}
    };
    const auto producer = make_conf(options, Role::producer);
    ASSERT_TRUE(producer);
    EXPECT_EQ(value_of(**producer, "linger.ms"), "7");
    EXPECT_EQ(value_of(**producer, "enable.idempotence"), "true");
    const auto member = make_conf(options, Role::group_member, {{"group.id", "g"}});
    ASSERT_TRUE(member);
    EXPECT_EQ(value_of(**member, "fetch.wait.max.ms"), "3");
    EXPECT_EQ(value_of(**member, "enable.auto.commit"), "false");
    EXPECT_EQ(value_of(**member, "group.id"), "g");
}

// Goal: only who has many records at once lets them linger, unless the user says how long.
TEST(Settings, OnlyManyRecordsLinger) {
    KafkaOptions options{.brokers = "b:1"};
    EXPECT_EQ(value_of(**make_conf(options, Role::producer), "linger.ms"), "0");
    EXPECT_EQ(value_of(**make_conf(options, Role::bulk_producer), "linger.ms"), "5");
    options.settings["linger.ms"] = "1";
    EXPECT_EQ(value_of(**make_conf(options, Role::bulk_producer), "linger.ms"), "1");
}

// Goal: figures are kept where they are wanted and clients are looked at all the time, and nowhere
// else, where they would pile up.
TEST(Settings, KeepFiguresOfBusyClients) {
    const char* const every = "statistics.interval.ms";
    KafkaOptions options{.brokers = "b:1"};
    EXPECT_EQ(value_of(**make_conf(options, Role::producer), every), "0");
    options.measured = [](const ClientFigures&) {};
    EXPECT_EQ(value_of(**make_conf(options, Role::producer), every), "5000");
    EXPECT_EQ(value_of(**make_conf(options, Role::group_member), every), "5000");
    EXPECT_EQ(value_of(**make_conf(options, Role::plain_reader), every), "0");
    EXPECT_EQ(
        value_of(**make_conf(options, Role::producer, {{"transactional.id", "t"}}), every), "0"
    );
    options.settings[every] = "100";
    EXPECT_EQ(value_of(**make_conf(options, Role::producer), every), "100");
}

// Goal: where a new group begins is the user's to say; what is done about an offset that no broker
// has is not.
TEST(Settings, BeginsNewGroupsAsWished) {
    KafkaOptions options{.brokers = "b:1"};
    EXPECT_EQ(start_of_new_groups(options), membership::StartOfGroup::beginning);
    options.settings["auto.offset.reset"] = "latest";
    EXPECT_EQ(start_of_new_groups(options), membership::StartOfGroup::end);
    const auto member = make_conf(options, Role::group_member);
    ASSERT_TRUE(member);
    EXPECT_EQ(value_of(**member, "auto.offset.reset"), "error");
}

struct BadCase {
    const char* name;
    const char* value;
    const char* said;  // what the error must say
};

// Goal: a setting that is unknown, ill-formed or not the user's is refused with its name.
TEST(Settings, RefusesWhatCannotBe) {
    constexpr std::array kCases = {
        BadCase{"no.such.setting", "1", "No such configuration property"},
        BadCase{"linger.ms", "soon", "linger.ms=soon"},
        BadCase{"group.id", "mine", "decided by flightcast"},
        BadCase{"enable.auto.commit", "true", "decided by flightcast"},
        BadCase{"isolation.level", "read_uncommitted", "decided by flightcast"},
        BadCase{"partition.assignment.strategy", "roundrobin", "decided by flightcast"},
    };
    for (const BadCase& bad : kCases) {
        const KafkaOptions options{.brokers = "b:1", .settings = {{bad.name, bad.value}}};
        const auto conf = make_conf(options, Role::group_member);
        ASSERT_FALSE(conf) << bad.name;
        EXPECT_EQ(conf.error().code, Errc::invalid_argument);
        EXPECT_NE(conf.error().detail.find(bad.name), std::string::npos) << conf.error().detail;
        EXPECT_NE(conf.error().detail.find(bad.said), std::string::npos) << conf.error().detail;
    }
    EXPECT_FALSE(make_conf({.brokers = ""}, Role::producer));
}

// Goal: two times of a group that do not go together are refused by both names; together they may
// be anything, and a long session alone takes the other along.
TEST(Settings, RefusesASessionLongerThanItsPolls) {
    struct Case {
        std::map<std::string, std::string> settings;
        bool is_good;
    };
    const std::array cases = {
        Case{{{"session.timeout.ms", "30001"}, {"max.poll.interval.ms", "30000"}}, false},
        Case{{{"max.poll.interval.ms", "9999"}}, false},
        Case{{{"session.timeout.ms", "60000"}}, true},
        Case{{{"session.timeout.ms", "120000"}, {"max.poll.interval.ms", "120000"}}, true},
    };
    for (const Case& item : cases) {
        const KafkaOptions options{.brokers = "b:1", .settings = item.settings};
        const auto conf = make_conf(options, Role::group_member);
        ASSERT_EQ(conf.has_value(), item.is_good);
        if (item.is_good) continue;
        EXPECT_EQ(conf.error().code, Errc::invalid_argument);
        for (const char* const name : {"session.timeout.ms", "max.poll.interval.ms"}) {
            EXPECT_NE(conf.error().detail.find(name), std::string::npos) << conf.error().detail;
        }
    }
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
