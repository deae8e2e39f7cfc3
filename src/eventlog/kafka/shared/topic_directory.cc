// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/shared/topic_directory.h"

#include <span>
#include <utility>

#include "base/limits.h"

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::fail;
using base::Result;

namespace {

using MetadataHandle = Handle<const rd_kafka_metadata_t, rd_kafka_metadata_destroy>;

base::Error no_such_topic(const std::string& topic) {
    return {Errc::not_found, "Kafka has no topic '" + topic + "'"};
}

}  // namespace

Result<void> TopicDirectory::check(const std::string& topic) {
    {
        const std::lock_guard lock(mutex_);
        if (all_.contains(topic)) return {};
        if (used_.size() < base::limits::kKafkaTopicsMax) used_.insert(topic);
        const auto refused = refused_.find(topic);
        if (refused != refused_.end()) return std::unexpected(refused->second);
        if (contacted_) return std::unexpected(no_such_topic(topic));
    }
    const auto latest = trouble_.latest();
    return fail(Errc::unavailable, latest ? latest->detail : "Kafka has not answered yet");
}

std::optional<std::int32_t> TopicDirectory::partitions_of(const std::string& topic) const {
    const std::lock_guard lock(mutex_);
    const auto found = all_.find(topic);
    if (found == all_.end()) return std::nullopt;
    return found->second;
}

Result<std::int32_t> TopicDirectory::look_up(
    const std::string& topic, std::chrono::milliseconds patience
) {
    const auto client = producer_.client();
    const TopicHandle handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
    if (!handle) return std::unexpected(trouble_.explain(rd_kafka_last_error(), "topic " + topic));
    const rd_kafka_metadata_t* answer = nullptr;
    const rd_kafka_resp_err_t code = rd_kafka_metadata(
        client.get(), 0, handle.get(), &answer, static_cast<int>(patience.count())
    );
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::unexpected(trouble_.explain(code, "asking for topic '" + topic + "'"));
    }
    const MetadataHandle metadata(answer);
    trouble_.all_is_well();
    const std::span answers(metadata->topics, metadata->topic_cnt);
    for (const auto& found : answers) {
        if (topic == found.topic) note_answer(topic, found.err);
    }
    const std::lock_guard lock(mutex_);
    if (used_.size() < base::limits::kKafkaTopicsMax) used_.insert(topic);
    refused_.erase(topic);
    for (const auto& found : answers) {
        if (topic != found.topic) continue;
        if (found.err == RD_KAFKA_RESP_ERR_NO_ERROR && found.partition_cnt > 0) {
            all_[topic] = found.partition_cnt;
            return found.partition_cnt;
        }
        if (errc_of(found.err) == Errc::not_found) break;
        base::Error refusal = trouble_.explain(found.err, "topic '" + topic + "'");
        if (used_.contains(topic)) refused_.insert_or_assign(topic, refusal);
        return std::unexpected(std::move(refusal));
    }
    all_.erase(topic);
    return std::unexpected(no_such_topic(topic));
}

bool TopicDirectory::is_denied(const std::string& topic) const {
    const std::lock_guard lock(mutex_);
    return denied_.contains(topic);
}

void TopicDirectory::note_answer(const std::string& topic, rd_kafka_resp_err_t code) {
    const bool is_denial = code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
                           code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED;
    const std::lock_guard lock(mutex_);
    if (!is_denial) {
        denied_.erase(topic);
    } else if (denied_.size() < base::limits::kKafkaTopicsMax) {
        denied_.insert(topic);
    }
}

Result<PartitionRange> TopicDirectory::range(
    const TopicPartition& at, std::chrono::milliseconds patience
) const {
    std::int64_t first = 0;
    std::int64_t end = 0;
    const rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(
        producer_.client().get(),
        at.topic.c_str(),
        at.partition.value(),
        &first,
        &end,
        static_cast<int>(patience.count())
    );
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return PartitionRange{at.partition, Offset(first), Offset(end)};
    }
    return std::unexpected(trouble_.explain(code, "asking where '" + at.topic + "' begins"));
}

Result<std::vector<std::string>> TopicDirectory::names(std::chrono::milliseconds patience) {
    const auto client = producer_.client();
    const rd_kafka_metadata_t* answer = nullptr;
    const rd_kafka_resp_err_t code =
        rd_kafka_metadata(client.get(), 1, nullptr, &answer, static_cast<int>(patience.count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::unexpected(trouble_.explain(code, "asking for topics"));
    }
    const MetadataHandle metadata(answer);
    trouble_.all_is_well();
    const std::lock_guard lock(mutex_);
    contacted_ = true;
    all_.clear();
    for (const auto& found : std::span(metadata->topics, metadata->topic_cnt)) {
        if (found.err == RD_KAFKA_RESP_ERR_NO_ERROR) all_[found.topic] = found.partition_cnt;
    }
    std::vector<std::string> names;
    names.reserve(all_.size());
    for (const auto& [name, partitions] : all_) names.push_back(name);
    return names;
}

bool TopicDirectory::refresh(std::chrono::milliseconds patience) {
    std::set<std::string, std::less<>> used;
    bool contacted = false;
    {
        const std::lock_guard lock(mutex_);
        used = used_;
        contacted = contacted_;
    }
    if (!contacted) return names(patience).has_value();
    for (const std::string& topic : used) {
        const auto answer = look_up(topic, patience);
        if (!answer && answer.error().code != Errc::not_found) return false;
    }
    return true;
}

}  // namespace flightcast::eventlog::kafka
