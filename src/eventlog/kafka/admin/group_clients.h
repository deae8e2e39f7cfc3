// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "base/result.h"
#include "eventlog/kafka/client/client.h"
#include "eventlog/kafka/client/kafka_options.h"

namespace flightcast::eventlog::kafka {

// Consumers that ask in their groups' names and never join them: one for each group, made when it
// is first needed, which stays. One without the group would crash the process when the coordinator
// is away: librdkafka 2.0 looks for that of the asking client's group.
//
// Thread-safety: any thread may call any member.
class GroupClients {
  public:
    // REQUIRES: both outlive it.
    GroupClients(const KafkaOptions& options, Trouble& trouble)
        : options_(options), events_(trouble) {}

    // Lives as long as this.
    [[nodiscard]] base::Result<rd_kafka_t*> of(const std::string& group);

    // The positions of the group in the partitions of `list`, set there. The error of the request
    // or else of the first partition that has one; where librdkafka says only that time ran out,
    // the reason for which the group's coordinator turned the client away, if it did. REQUIRES:
    // `client` is of(group).
    [[nodiscard]] rd_kafka_resp_err_t ask_positions(
        rd_kafka_t& client,
        const std::string& group,
        rd_kafka_topic_partition_list_t& list,
        std::chrono::milliseconds patience
    );

  private:
    const KafkaOptions& options_;
    ClientEvents events_;
    std::mutex mutex_;

    // Guarded by mutex_, by group: the clients, and why coordinators turned them away.
    std::map<std::string, ClientHandle> clients_;
    std::map<std::string, rd_kafka_resp_err_t> refusals_;
};

}  // namespace flightcast::eventlog::kafka
