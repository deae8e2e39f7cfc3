// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/asker.h"

#include <chrono>

#include "eventlog/kafka/admin/group_view.h"
#include "eventlog/kafka/client/offsets.h"
#include "eventlog/kafka/client/partition_lists.h"
#include "eventlog/kafka/consumer/prober.h"

namespace flightcast::eventlog::kafka {

using base::Result;
using membership::Claim;
using membership::Committed;
using membership::GroupView;

namespace {

using namespace std::chrono_literals;

constexpr auto kQuestionPatience = 1s;  // of one question: an end waits for it

}  // namespace

// By the member's own client, which reads committed records only: so it asks for stable positions.
Result<std::vector<Committed>> Asker::committed(const std::vector<TopicPartition>& partitions) {
    const std::string what = "asking for the positions of group '" + group_ + "'";
    const PartitionsHandle list = list_of(partitions);
    const rd_kafka_resp_err_t code = rd_kafka_committed(
        consumer_.client().get(),
        list.get(),
        static_cast<int>(std::chrono::milliseconds(kQuestionPatience).count())
    );
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::unexpected(parts_.trouble.explain(code, what));
    }
    std::vector<Committed> answers;
    for (const rd_kafka_topic_partition_t& one : elements_of(*list)) {
        Committed answer{.at = {one.topic, PartitionId(one.partition)}, .claim = {}};
        answer.is_stable = one.err == RD_KAFKA_RESP_ERR_NO_ERROR;
        if (!answer.is_stable && one.err != RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT) {
            return std::unexpected(parts_.trouble.explain(one.err, what));
        }
        if (answer.is_stable && one.offset >= 0) {
            answer.claim =
                Claim{{answer.at, Offset(one.offset)}, membership::proofs_in(note_of(one))};
        }
        answers.push_back(std::move(answer));
    }
    return answers;
}

Result<PartitionRange> Asker::range(const TopicPartition& at) {
    return parts_.directory.range(at, kQuestionPatience);
}

Result<std::vector<Position>> Asker::offsets(
    const std::vector<TopicPartition>& partitions, const Start& where
) {
    OffsetAt at = OffsetAt::beginning;
    if (std::holds_alternative<FromEnd>(where)) at = OffsetAt::end;
    if (const auto* const from = std::get_if<FromTime>(&where)) at = offset_at(from->time);
    return ask_offsets(
        *consumer_.client(), parts_.trouble, partitions, at, parts_.options.call_timeout
    );
}

std::vector<membership::Probe> Asker::probe(const std::vector<Position>& places) {
    return parts_.prober.probe(places);
}

Result<std::vector<TopicPartition>> Asker::partitions(const std::vector<std::string>& topics) {
    return look_up_partitions(parts_.directory, topics, kQuestionPatience);
}

Result<GroupView> Asker::group() {
    return view_of_group(*parts_.producer.client(), parts_.trouble, group_, kQuestionPatience);
}

}  // namespace flightcast::eventlog::kafka
