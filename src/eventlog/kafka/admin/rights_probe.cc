// SPDX-License-Identifier: Apache-2.0
//
// A broker looks at rights first. Then it refuses a record with a number of acknowledgements that
// no protocol knows, and a position in a partition that no topic has.
#include "eventlog/kafka/admin/rights_probe.h"

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "eventlog/kafka/admin/move_group.h"
#include "eventlog/kafka/client/ending.h"
#include "eventlog/kafka/client/partition_lists.h"
#include "eventlog/kafka/client/settings.h"

namespace flightcast::eventlog::kafka {

using base::Result;
using std::chrono::milliseconds;

namespace {

constexpr PartitionId kNoPartition{std::numeric_limits<std::int32_t>::max()};
constexpr milliseconds kRightsEndPatience{2'000};

// A request that was refused as `expected` has passed the judgement of rights.
Verdict verdict_of(rd_kafka_resp_err_t code, rd_kafka_resp_err_t expected) {
    if (code == expected) return Verdict::granted;
    switch (code) {
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
            return Verdict::topic_refused;
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
            return Verdict::group_refused;
        default:
            return Verdict::unknown;
    }
}

// Whether a record for the topic was queued.
bool produce_one(rd_kafka_t& client, const std::string& topic) {
    const TopicHandle handle(rd_kafka_topic_new(&client, topic.c_str(), nullptr));
    if (!handle) return false;
    std::string value = "{}";  // Never appended.
    return rd_kafka_produce(
               handle.get(), 0, RD_KAFKA_MSG_F_COPY, value.data(), value.size(), nullptr, 0, nullptr
           ) == 0;
}

milliseconds left_until(std::chrono::steady_clock::time_point deadline) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    return std::max(left, milliseconds(0));
}

}  // namespace

// librdkafka's complaints about rights that are asked for here are the answer, and no trouble.
RightsProbe::RightsProbe(const KafkaOptions& options, const base::Clock& clock)
    : ClientEvents(trouble_),
      options_(options),
      trouble_(options.brokers, {}, clock),
      groups_(options, trouble_) {}

void RightsProbe::delivered(const rd_kafka_message_t& message) {
    delivery_ = message.err;
}

Verdict RightsProbe::may_write(const std::string& topic, milliseconds patience) {
    const OwnSettings own = {
        {"allow.auto.create.topics", "false"},
        {"enable.idempotence", "false"},
        {"acks", "2"},
        {"retries", "0"},
        {"message.timeout.ms", std::to_string(patience.count())},
    };
    Result<ConfHandle> conf = make_conf(options_, Role::producer, own);
    if (!conf) return Verdict::unknown;
    Result<ClientHandle> client = make_client(RD_KAFKA_PRODUCER, *std::move(conf), *this);
    if (!client) return Verdict::unknown;
    delivery_ = RD_KAFKA_RESP_ERR__IN_PROGRESS;
    if (produce_one(**client, topic)) {
        rd_kafka_flush(client->get(), static_cast<int>(patience.count()));
    }
    end_client(*std::move(client), kRightsEndPatience);
    return verdict_of(delivery_, RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS);
}

Verdict RightsProbe::may_read(const std::string& topic, milliseconds patience) {
    Result<ConfHandle> conf = make_conf(
        options_,
        Role::plain_reader,
        {{"group.id", kReadersGroup}, {"allow.auto.create.topics", "false"}}
    );
    if (!conf) return Verdict::unknown;
    Result<ClientHandle> client = make_client(RD_KAFKA_CONSUMER, *std::move(conf), *this);
    if (!client) return Verdict::unknown;
    rd_kafka_poll_set_consumer(client->get());
    const PartitionsHandle end(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(end.get(), topic.c_str(), 0)->offset = RD_KAFKA_OFFSET_END;
    rd_kafka_assign(client->get(), end.get());
    const auto deadline = std::chrono::steady_clock::now() + patience;
    Verdict verdict = Verdict::unknown;
    while (verdict == Verdict::unknown && left_until(deadline).count() > 0) {
        const MessageHandle message(
            rd_kafka_consumer_poll(client->get(), static_cast<int>(left_until(deadline).count()))
        );
        if (!message) continue;
        const bool is_record = message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
        verdict = is_record ? Verdict::granted
                            : verdict_of(message->err, RD_KAFKA_RESP_ERR__PARTITION_EOF);
        // librdkafka asks for its group, too, which is not needed here.
        if (verdict == Verdict::group_refused) verdict = Verdict::unknown;
    }
    rd_kafka_assign(client->get(), nullptr);
    if (close_consumer(**client, kRightsEndPatience)) {
        end_client(*std::move(client), kRightsEndPatience);
    } else {
        leave_client(*std::move(client), {});
    }
    return verdict;
}

Verdict RightsProbe::may_join(
    const std::string& group, const std::string& topic, milliseconds patience
) {
    const Verdict look = may_look(group, topic, patience);  // The lesser right.
    if (look != Verdict::granted) return look;
    const Result<rd_kafka_t*> client = groups_.of(group);
    if (!client) return Verdict::unknown;
    const std::vector<Position> nowhere = {{{topic, kNoPartition}, Offset(0)}};
    const auto moved = move_group_once(**client, trouble_, patience, group, nowhere);
    if (!moved) return Verdict::unknown;
    return verdict_of(*moved, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
}

Verdict RightsProbe::may_look(
    const std::string& group, const std::string& topic, milliseconds patience
) {
    const Result<rd_kafka_t*> client = groups_.of(group);
    if (!client) return Verdict::unknown;
    const std::vector<TopicPartition> first = {{topic, PartitionId(0)}};
    const PartitionsHandle list = list_of(first);
    const rd_kafka_resp_err_t code = groups_.ask_positions(**client, group, *list, patience);
    return verdict_of(code, RD_KAFKA_RESP_ERR_NO_ERROR);
}

}  // namespace flightcast::eventlog::kafka
