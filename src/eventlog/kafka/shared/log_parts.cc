// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/shared/log_parts.h"

#include "base/limits.h"
#include "eventlog/kafka/client/offsets.h"

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::fail;
using base::Result;

Result<void> check_record(const LogParts& parts, const NewRecord& record) {
    if (auto known = parts.directory.check(record.topic); !known) {
        parts.housekeeper.hurry();
        return known;
    }
    if (record.bytes() <= base::limits::kRecordBytesMax) return {};
    return fail(
        Errc::invalid_argument,
        "a record of " + std::to_string(record.bytes()) + " bytes is larger than " +
            std::to_string(base::limits::kRecordBytesMax)
    );
}

Result<std::vector<TopicPartition>> look_up_partitions(
    TopicDirectory& directory,
    const std::vector<std::string>& topics,
    std::chrono::milliseconds patience
) {
    std::vector<TopicPartition> all;
    for (const std::string& topic : topics) {
        FC_TRY(const std::int32_t count, directory.look_up(topic, patience));
        const std::vector<TopicPartition> partitions = all_partitions(topic, count);
        all.insert(all.end(), partitions.begin(), partitions.end());
    }
    return all;
}

}  // namespace flightcast::eventlog::kafka
