// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/admin/kafka_admin.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>
#include <thread>
#include <utility>

#include "eventlog/kafka/admin/admin_call.h"
#include "eventlog/kafka/admin/move_group.h"
#include "eventlog/kafka/client/ask_again.h"
#include "eventlog/kafka/client/offsets.h"
#include "eventlog/kafka/client/partition_lists.h"

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::fail;
using base::Result;

namespace {

using namespace std::chrono_literals;

using NewTopicHandle = Handle<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using NewPartitionsHandle = Handle<rd_kafka_NewPartitions_t, rd_kafka_NewPartitions_destroy>;
using ResourceHandle = Handle<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;
using MetadataHandle = Handle<const rd_kafka_metadata_t, rd_kafka_metadata_destroy>;

constexpr const char* kRetention = "retention.ms";

// "-1" is for ever.
std::optional<std::chrono::milliseconds> retention_of(const std::string& text) {
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return ms < 0 ? kForEver : std::chrono::milliseconds(ms);
}

std::string retention_text(std::chrono::milliseconds retention) {
    return retention == kForEver ? "-1" : std::to_string(retention.count());
}

ResourceHandle topic_resource(const std::string& topic) {
    return ResourceHandle(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
}

// The error of the one resource that was asked for.
Result<void> resource_outcome(
    const Trouble& trouble,
    const rd_kafka_ConfigResource_t* const* resources,
    std::size_t count,
    const std::string& what
) {
    if (count != 1) return fail(Errc::corrupt, "Kafka: " + what + ": an answer of another shape");
    const rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(resources[0]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    base::Error error = trouble.explain(code, what);
    if (const char* const reason = rd_kafka_ConfigResource_error_string(resources[0])) {
        error.detail += std::string(": ") + reason;
    }
    return std::unexpected(std::move(error));
}

}  // namespace

Result<CreateOutcome> KafkaAdmin::create_topic(const TopicSpec& spec, std::int16_t replication) {
    const std::string what = "creating topic '" + spec.name + "'";
    std::array<char, kErrorTextBytes> text{};
    const NewTopicHandle topic(rd_kafka_NewTopic_new(
        spec.name.c_str(), spec.partitions, replication, text.data(), text.size()
    ));
    if (!topic) return fail(Errc::invalid_argument, "Kafka: " + what + ": " + text.data());
    if (spec.retention) {
        const std::string ms = retention_text(*spec.retention);
        rd_kafka_NewTopic_set_config(topic.get(), kRetention, ms.c_str());
    }
    const auto asking = client();
    FC_TRY(
        const EventHandle event,
        admin_call(*asking, parts_.trouble, patience(), what, [&](auto* options, auto* queue) {
            rd_kafka_NewTopic_t* topics = topic.get();
            rd_kafka_CreateTopics(asking.get(), &topics, 1, options, queue);
        })
    );
    std::size_t count = 0;
    const rd_kafka_topic_result_t** const results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(event.get()), &count
    );
    if (count != 1) return fail(Errc::corrupt, "Kafka: " + what + ": an answer of another shape");
    parts_.directory.note_answer(spec.name, rd_kafka_topic_result_error(results[0]));
    const auto created = topic_outcome(parts_.trouble, *results[0], what);
    if (!created && created.error().code != Errc::already_exists) {
        return std::unexpected(created.error());
    }
    // One that existed may have fewer partitions.
    FC_TRY_VOID(wait_until_known(created ? spec : TopicSpec{.name = spec.name}));
    return created ? CreateOutcome::created : CreateOutcome::existed;
}

// The controller has made the topic or its partitions; the brokers learn of it a little later.
Result<void> KafkaAdmin::wait_until_known(const TopicSpec& spec) {
    const base::SteadyTime deadline = parts_.clock.steady_now() + patience();
    while (true) {
        const auto found = parts_.directory.look_up(spec.name, patience());
        if (found && *found >= spec.partitions) {
            const auto answered = ask_offsets(
                *client(),
                parts_.trouble,
                all_partitions(spec.name, *found),
                OffsetAt::end,
                patience()
            );
            if (answered) return {};
        }
        if (!found && found.error().code != Errc::not_found) return std::unexpected(found.error());
        if (parts_.clock.steady_now() > deadline) {
            return fail(
                Errc::timeout, "Kafka made topic '" + spec.name + "' so, but does not serve it yet"
            );
        }
        std::this_thread::sleep_for(kAskAgainAfter);
    }
}

Result<std::vector<PartitionRange>> KafkaAdmin::ranges(const std::string& topic) {
    FC_TRY(const std::int32_t count, parts_.directory.look_up(topic, patience()));
    const std::vector<TopicPartition> all = all_partitions(topic, count);
    FC_TRY(
        const std::vector<Position> firsts,
        ask_offsets(*client(), parts_.trouble, all, OffsetAt::beginning, patience())
    );
    FC_TRY(
        const std::vector<Position> ends,
        ask_offsets(*client(), parts_.trouble, all, OffsetAt::end, patience())
    );
    std::vector<PartitionRange> ranges;
    for (std::size_t i = 0; i < firsts.size() && i < ends.size(); ++i) {
        ranges.push_back({firsts[i].at.partition, firsts[i].next, ends[i].next});
    }
    return ranges;
}

Result<TopicDescription> KafkaAdmin::describe(const std::string& topic) {
    FC_TRY(std::vector<PartitionRange> partitions, ranges(topic));
    const auto count = static_cast<std::int32_t>(partitions.size());
    TopicDescription description{
        .spec = {.name = topic, .partitions = count}, .partitions = std::move(partitions)
    };
    // Whoever may read a topic need not be allowed to read its settings.
    if (const Result<Configuration> settings = configuration(topic)) {
        const auto found = settings->find(kRetention);
        if (found != settings->end()) description.spec.retention = retention_of(found->second);
    }
    return description;
}

Result<std::vector<std::string>> KafkaAdmin::topics() {
    FC_TRY(std::vector<std::string> names, parts_.directory.names(patience()));
    return names;
}

// Not by ListConsumerGroupOffsets, which would need no partitions: while a coordinator goes away,
// librdkafka aborts the process in it (its issues 3663 and 4605), and this is asked every second.
Result<std::vector<Position>> KafkaAdmin::committed(
    const std::string& group, const std::vector<std::string>& topics
) {
    FC_TRY(
        const std::vector<TopicPartition> partitions,
        look_up_partitions(parts_.directory, topics, patience())
    );
    FC_TRY(rd_kafka_t* const asking, clients_.of(group));
    const std::string what = "asking for the positions of group '" + group + "'";
    const PartitionsHandle list = list_of(partitions);
    const rd_kafka_resp_err_t code = clients_.ask_positions(*asking, group, *list, patience());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::unexpected(parts_.trouble.explain(code, what));
    }
    std::vector<Position> positions = positions_of(*list);
    std::ranges::sort(positions);
    return positions;
}

Result<void> KafkaAdmin::set_committed(const std::string& group, std::vector<Position> positions) {
    FC_TRY(rd_kafka_t* const asking, clients_.of(group));
    const std::vector<Position> targets = std::move(positions);
    Result<rd_kafka_resp_err_t> moved;
    const auto move = [&] {
        moved = move_group_once(*asking, parts_.trouble, patience(), group, targets);
        return moved.value_or(RD_KAFKA_RESP_ERR_NO_ERROR);  // A failure of its own ends it, too.
    };
    const rd_kafka_resp_err_t code = ask_again(patience(), move, is_without_coordinator);
    if (!moved) return std::unexpected(moved.error());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    const std::string what = "moving group '" + group + "'";
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID) {
        return fail(
            Errc::unavailable,
            "Kafka: " + what +
                ": stop its members first; the place of one that was killed is kept for its "
                "session.timeout.ms, 10 s unless it was set"
        );
    }
    return std::unexpected(parts_.trouble.explain(code, what));
}

Result<std::vector<Position>> KafkaAdmin::positions_at(const std::string& topic, RecordTime time) {
    FC_TRY(const std::int32_t count, parts_.directory.look_up(topic, patience()));
    return ask_offsets(
        *client(), parts_.trouble, all_partitions(topic, count), offset_at(time), patience()
    );
}

Result<std::vector<BrokerAddress>> KafkaAdmin::brokers(std::chrono::milliseconds patience) {
    const auto asking = client();
    const rd_kafka_metadata_t* answer = nullptr;
    const rd_kafka_resp_err_t code =
        rd_kafka_metadata(asking.get(), 0, nullptr, &answer, static_cast<int>(patience.count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::unexpected(parts_.trouble.explain(code, "asking for the brokers"));
    }
    const MetadataHandle metadata(answer);
    std::vector<BrokerAddress> all;
    for (const auto& broker : std::span(metadata->brokers, metadata->broker_cnt)) {
        all.push_back({.id = broker.id, .host = broker.host, .port = broker.port});
    }
    return all;
}

Result<TopicDetails> KafkaAdmin::details(const std::string& topic) {
    const auto asking = client();
    const TopicHandle handle(rd_kafka_topic_new(asking.get(), topic.c_str(), nullptr));
    const rd_kafka_metadata_t* answer = nullptr;
    const rd_kafka_resp_err_t code = rd_kafka_metadata(
        asking.get(), 0, handle.get(), &answer, static_cast<int>(patience().count())
    );
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::unexpected(parts_.trouble.explain(code, "asking for topic '" + topic + "'"));
    }
    const MetadataHandle metadata(answer);
    TopicDetails details{.replicas_in_sync = std::numeric_limits<std::int32_t>::max()};
    for (const auto& found : std::span(metadata->topics, metadata->topic_cnt)) {
        for (const auto& partition : std::span(found.partitions, found.partition_cnt)) {
            details.replicas = std::max(details.replicas, partition.replica_cnt);
            details.replicas_in_sync = std::min(details.replicas_in_sync, partition.isr_cnt);
            if (partition.leader < 0) ++details.without_leader;
        }
    }
    return details;
}

Result<KafkaAdmin::Configuration> KafkaAdmin::configuration(const std::string& topic) {
    const std::string what = "asking for the settings of topic '" + topic + "'";
    const ResourceHandle resource = topic_resource(topic);
    const auto asking = client();
    FC_TRY(
        const EventHandle event,
        admin_call(*asking, parts_.trouble, patience(), what, [&](auto* options, auto* queue) {
            rd_kafka_ConfigResource_t* resources = resource.get();
            rd_kafka_DescribeConfigs(asking.get(), &resources, 1, options, queue);
        })
    );
    std::size_t count = 0;
    const rd_kafka_ConfigResource_t** const answers = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event.get()), &count
    );
    FC_TRY_VOID(resource_outcome(parts_.trouble, answers, count, what));
    const rd_kafka_ConfigEntry_t** const entries =
        rd_kafka_ConfigResource_configs(answers[0], &count);
    Configuration settings;
    for (const rd_kafka_ConfigEntry_t* const entry : std::span(entries, count)) {
        if (rd_kafka_ConfigEntry_source(entry) != RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG) {
            continue;
        }
        const char* const value = rd_kafka_ConfigEntry_value(entry);
        settings[rd_kafka_ConfigEntry_name(entry)] = value == nullptr ? "" : value;
    }
    return settings;
}

// This librdkafka can only replace all settings at once, so the others are given again.
Result<void> KafkaAdmin::set_retention(
    const std::string& topic, std::optional<std::chrono::milliseconds> retention
) {
    const std::string what = "changing topic '" + topic + "'";
    FC_TRY(Configuration settings, configuration(topic));
    settings.erase(kRetention);
    if (retention) settings[kRetention] = retention_text(*retention);
    const ResourceHandle resource = topic_resource(topic);
    for (const auto& [name, value] : settings) {
        rd_kafka_ConfigResource_set_config(resource.get(), name.c_str(), value.c_str());
    }
    const auto asking = client();
    FC_TRY(
        const EventHandle event,
        admin_call(*asking, parts_.trouble, patience(), what, [&](auto* options, auto* queue) {
            rd_kafka_ConfigResource_t* resources = resource.get();
            rd_kafka_AlterConfigs(asking.get(), &resources, 1, options, queue);
        })
    );
    std::size_t count = 0;
    const rd_kafka_ConfigResource_t** const answers = rd_kafka_AlterConfigs_result_resources(
        rd_kafka_event_AlterConfigs_result(event.get()), &count
    );
    return resource_outcome(parts_.trouble, answers, count, what);
}

Result<void> KafkaAdmin::set_partitions(const std::string& topic, std::int32_t partitions) {
    const std::string what = "changing topic '" + topic + "'";
    std::array<char, kErrorTextBytes> text{};
    const NewPartitionsHandle wanted(rd_kafka_NewPartitions_new(
        topic.c_str(), static_cast<std::size_t>(partitions), text.data(), text.size()
    ));
    if (!wanted) return fail(Errc::invalid_argument, "Kafka: " + what + ": " + text.data());
    const auto asking = client();
    FC_TRY(
        const EventHandle event,
        admin_call(*asking, parts_.trouble, patience(), what, [&](auto* options, auto* queue) {
            rd_kafka_NewPartitions_t* all = wanted.get();
            rd_kafka_CreatePartitions(asking.get(), &all, 1, options, queue);
        })
    );
    std::size_t count = 0;
    const rd_kafka_topic_result_t** const results = rd_kafka_CreatePartitions_result_topics(
        rd_kafka_event_CreatePartitions_result(event.get()), &count
    );
    if (count != 1) return fail(Errc::corrupt, "Kafka: " + what + ": an answer of another shape");
    FC_TRY_VOID(topic_outcome(parts_.trouble, *results[0], what));
    return wait_until_known({.name = topic, .partitions = partitions});
}

}  // namespace flightcast::eventlog::kafka
