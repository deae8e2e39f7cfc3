// SPDX-License-Identifier: Apache-2.0
#include "app/topics/topics_init.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "app/cli/cli_values.h"
#include "eventlog/kafka/admin/kafka_admin.h"
#include "eventlog/kafka/kafka_log.h"

namespace flightcast::app::topics {

using base::Errc;
using base::fail;
using base::Result;
using eventlog::kafka::KafkaAdmin;

namespace {

constexpr std::int16_t kBrokersDefault = -1;

Result<KafkaAdmin*> admin_of(TopicsSource& source) {
    if (source.kafka() != nullptr) return &source.kafka()->kafka_admin();
    return fail(
        Errc::unsupported,
        "the topics of an embedded log are made by 'flightcast serve', each with one partition; "
        "name a cluster with --kafka"
    );
}

std::string counted(std::int32_t count, std::string_view what) {
    return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

std::string retention_text(std::optional<std::chrono::milliseconds> retention) {
    return retention ? cli::format_duration(*retention) : "the brokers' default";
}

Result<std::vector<std::string>> differences(KafkaAdmin& admin, const TopicPlan& plan) {
    FC_TRY(const eventlog::TopicDescription found, admin.describe(plan.name));
    FC_TRY(const eventlog::kafka::TopicDetails details, admin.details(plan.name));
    std::vector<std::string> all;
    if (found.spec.partitions != plan.partitions) {
        all.push_back(
            "has " + counted(found.spec.partitions, "partition") + ", not " +
            std::to_string(plan.partitions)
        );
    }
    if (plan.retention && found.spec.retention != plan.retention) {
        all.push_back(
            "keeps records for " + retention_text(found.spec.retention) + ", not " +
            retention_text(plan.retention)
        );
    }
    if (plan.replication > 0 && details.replicas != plan.replication) {
        all.push_back(
            "has " + counted(details.replicas, "replica") + ", not " +
            std::to_string(plan.replication)
        );
    }
    return all;
}

}  // namespace

Result<std::vector<TopicOutcome>> init_topics(
    TopicsSource& source, const std::vector<TopicPlan>& plans
) {
    FC_TRY(KafkaAdmin* const admin, admin_of(source));
    std::vector<TopicOutcome> outcomes;
    for (const TopicPlan& plan : plans) {
        TopicOutcome outcome{.name = plan.name};
        FC_TRY(
            const eventlog::CreateOutcome created,
            admin->create_topic(
                {.name = plan.name, .partitions = plan.partitions, .retention = plan.retention},
                plan.replication > 0 ? plan.replication : kBrokersDefault
            )
        );
        outcome.is_new = created == eventlog::CreateOutcome::created;
        if (!outcome.is_new) {
            FC_TRY(outcome.differences, differences(*admin, plan));
        }
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
}

Result<void> change_topic(TopicsSource& source, const TopicChange& change) {
    if (change.partitions) {
        FC_TRY(KafkaAdmin* const admin, admin_of(source));
        FC_TRY_VOID(admin->set_partitions(change.name, *change.partitions));
    }
    if (!change.retention && !change.has_default_retention) return {};
    FC_TRY_VOID(source.log().admin().describe(change.name));
    return source.set_retention(change.name, change.retention);
}

}  // namespace flightcast::app::topics
