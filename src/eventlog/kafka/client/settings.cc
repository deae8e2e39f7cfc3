// SPDX-License-Identifier: Apache-2.0
//
// Chosen for latency on small records: nothing lingers, fetches are short, and what fails is tried
// again within milliseconds. Everything in the tables of defaults may be overridden; what the
// promises rest on may not.
#include "eventlog/kafka/client/settings.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "base/check.h"

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::fail;
using base::Result;

namespace {

struct Setting {
    const char* name;
    const char* value;
};

constexpr std::array kCommon = {
    Setting{"client.id", "flightcast"},
    Setting{"allow.auto.create.topics", "false"},
    Setting{"socket.nagle.disable", "true"},
    Setting{"socket.keepalive.enable", "true"},
    // A broker that hangs holds its requests for so long; a dead one is noticed at once.
    Setting{"socket.timeout.ms", "4000"},
    Setting{"reconnect.backoff.ms", "50"},
    Setting{"reconnect.backoff.max.ms", "1000"},
    Setting{"topic.metadata.refresh.interval.ms", "30000"},
    Setting{"log.connection.close", "false"},
};

constexpr std::array kProducer = {
    Setting{"acks", "all"},
    Setting{"enable.idempotence", "true"},
    Setting{"linger.ms", "0"},
    Setting{"compression.type", "none"},
    // The partitioner of the Java clients, so that they and we agree where a key's records are.
    Setting{"partitioner", "murmur2_random"},
    Setting{"retry.backoff.ms", "50"},
    Setting{"request.timeout.ms", "5000"},
    Setting{"message.max.bytes", "1048576"},
    Setting{"queue.buffering.max.messages", "65536"},
    Setting{"queue.buffering.max.kbytes", "131072"},
};

// While as many records are under way as the idempotent producer may have, librdkafka asks itself
// without a pause whether what lingered long enough may go; so let it linger until it may.
constexpr std::array kBulkProducer = {
    Setting{"linger.ms", "5"},
};

constexpr std::array kConsumer = {
    Setting{"fetch.wait.max.ms", "100"},
    Setting{"fetch.min.bytes", "1"},
    Setting{"fetch.error.backoff.ms", "20"},
    // What waits in memory while a backlog is read, bounded by its size alone: a full queue is not
    // looked at again for a second.
    Setting{"queued.min.messages", "1000000"},
    Setting{"queued.max.messages.kbytes", "32768"},
};

constexpr std::array kGroup = {
    Setting{"session.timeout.ms", "10000"},
    // By its heartbeat a member learns that another one joins or leaves.
    Setting{"heartbeat.interval.ms", "500"},
    // Brokers wait for all members of a group as long, when it shares its partitions anew: a
    // request that a broker lost at its end holds the others up. A step of a stage takes less, also
    // when a store hangs.
    Setting{"max.poll.interval.ms", "30000"},
};

// Often enough for graphs; each text takes a client some 100 us.
constexpr const char* kStatisticsEveryMs = "5000";

// The log's promises rest on these.
constexpr std::array kFixedConsumer = {
    Setting{"enable.auto.commit", "false"},
    Setting{"enable.auto.offset.store", "false"},
    // Where to read is found by membership::Places.
    Setting{"auto.offset.reset", "error"},
    // It decides about positions, too: those in a transaction under way are not believed.
    Setting{"isolation.level", "read_committed"},
    // By it a reader knows that it has seen everything, also where the last offsets of a partition
    // are not records but marks of transactions.
    Setting{"enable.partition.eof", "true"},
};

// Members share partitions in one round: each gives all back before it is given anew.
constexpr std::array kFixedGroup = {
    Setting{"partition.assignment.strategy", "range"},
};

constexpr std::array<std::string_view, 10> kNotForUsers = {
    "bootstrap.servers",
    "metadata.broker.list",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "isolation.level",
    "partition.assignment.strategy",
    "transactional.id",
};

Result<void> set(rd_kafka_conf_t& conf, const std::string& name, const std::string& value) {
    std::array<char, kErrorTextBytes> text{};
    const rd_kafka_conf_res_t result =
        rd_kafka_conf_set(&conf, name.c_str(), value.c_str(), text.data(), text.size());
    if (result == RD_KAFKA_CONF_OK) return {};
    const std::string shown = is_secret_setting(name) ? "***" : value;
    return fail(Errc::invalid_argument, "Kafka setting " + name + "=" + shown + ": " + text.data());
}

Result<void> set_all(rd_kafka_conf_t& conf, std::span<const Setting> settings) {
    for (const Setting& setting : settings) {
        FC_TRY_VOID(set(conf, setting.name, setting.value));
    }
    return {};
}

bool is_producer(Role role) {
    return role == Role::producer || role == Role::bulk_producer;
}

// Whether a client's queue is looked at all the time; texts would pile up in others.
bool is_polled_often(Role role, const OwnSettings& own) {
    const auto is_transactional = [](const auto& setting) {
        return setting.first == "transactional.id";
    };
    return role != Role::plain_reader && std::ranges::none_of(own, is_transactional);
}

Result<void> set_defaults(rd_kafka_conf_t& conf, const KafkaOptions& options, Role role) {
    FC_TRY_VOID(set_all(conf, kCommon));
    if (is_producer(role)) {
        FC_TRY_VOID(set_all(conf, kProducer));
        if (role == Role::bulk_producer) FC_TRY_VOID(set_all(conf, kBulkProducer));
        return set(conf, "message.timeout.ms", std::to_string(options.accept_timeout.count()));
    }
    FC_TRY_VOID(set_all(conf, kConsumer));
    if (role == Role::group_member) return set_all(conf, kGroup);
    return {};
}

Result<void> set_fixed(rd_kafka_conf_t& conf, const KafkaOptions& options, Role role) {
    FC_TRY_VOID(set(conf, "bootstrap.servers", options.brokers));
    if (is_producer(role)) return {};
    FC_TRY_VOID(set_all(conf, kFixedConsumer));
    if (role == Role::group_member) return set_all(conf, kFixedGroup);
    return {};
}

std::int64_t milliseconds_of(const rd_kafka_conf_t& conf, const char* name) {
    std::array<char, 32> text{};
    std::size_t size = text.size();
    FC_CHECK(rd_kafka_conf_get(&conf, name, text.data(), &size) == RD_KAFKA_CONF_OK);
    return std::strtoll(text.data(), nullptr, 10);
}

// A user's longer session needs no second setting.
Result<void> allow_session(rd_kafka_conf_t& conf, const KafkaOptions& options) {
    if (options.settings.contains("max.poll.interval.ms")) return {};
    const std::int64_t session = milliseconds_of(conf, "session.timeout.ms");
    if (session <= milliseconds_of(conf, "max.poll.interval.ms")) return {};
    return set(conf, "max.poll.interval.ms", std::to_string(session));
}

// What librdkafka would say itself, but not before a broker is reached and the group is joined.
Result<void> check_group_times(const rd_kafka_conf_t& conf) {
    const std::int64_t session = milliseconds_of(conf, "session.timeout.ms");
    const std::int64_t poll = milliseconds_of(conf, "max.poll.interval.ms");
    if (session <= poll) return {};
    return fail(
        Errc::invalid_argument,
        "Kafka setting session.timeout.ms=" + std::to_string(session) +
            " is more than max.poll.interval.ms=" + std::to_string(poll) +
            ": lower the one or raise the other"
    );
}

}  // namespace

std::chrono::milliseconds session_timeout_of(const rd_kafka_conf_t& conf) {
    return std::chrono::milliseconds(milliseconds_of(conf, "session.timeout.ms"));
}

membership::StartOfGroup start_of_new_groups(const KafkaOptions& options) {
    const auto wanted = options.settings.find("auto.offset.reset");
    const bool is_end =
        wanted != options.settings.end() &&
        (wanted->second == "latest" || wanted->second == "largest" || wanted->second == "end");
    return is_end ? membership::StartOfGroup::end : membership::StartOfGroup::beginning;
}

bool is_secret_setting(std::string_view name) {
    return name.contains("password") || name.contains("secret") || name == "ssl.key.pem" ||
           name == "sasl.oauthbearer.config";
}

Result<ConfHandle> make_conf(const KafkaOptions& options, Role role, const OwnSettings& own) {
    if (options.brokers.empty()) {
        return fail(Errc::invalid_argument, "no Kafka broker is named: give host:port");
    }
    ConfHandle conf(rd_kafka_conf_new());
    FC_TRY_VOID(set_defaults(*conf, options, role));
    if (options.measured && is_polled_often(role, own)) {
        FC_TRY_VOID(set(*conf, "statistics.interval.ms", kStatisticsEveryMs));
    }
    for (const auto& [name, value] : options.settings) {
        if (std::ranges::find(kNotForUsers, name) != kNotForUsers.end()) {
            return fail(
                Errc::invalid_argument, "Kafka setting " + name + " is decided by flightcast itself"
            );
        }
        FC_TRY_VOID(set(*conf, name, value));
    }
    FC_TRY_VOID(set_fixed(*conf, options, role));
    for (const auto& [name, value] : own) FC_TRY_VOID(set(*conf, name, value));
    if (role == Role::group_member) {
        FC_TRY_VOID(allow_session(*conf, options));
        FC_TRY_VOID(check_group_times(*conf));
    }
    return conf;
}

}  // namespace flightcast::eventlog::kafka
