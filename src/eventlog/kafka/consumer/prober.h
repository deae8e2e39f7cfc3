// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "eventlog/kafka/client/client.h"
#include "eventlog/kafka/client/kafka_options.h"
#include "eventlog/membership/port.h"

namespace flightcast::eventlog::kafka {

// Looks at single records of a log, for all readers of a process: a consuming client that reads one
// record of each partition at a time and nothing else. Made when it is first needed.
//
// Thread-safety: any thread may call any member; one waits for the other.
class Prober final : private ClientEvents {
  public:
    // REQUIRES: both outlive it.
    Prober(const KafkaOptions& options, Trouble& trouble)
        : ClientEvents(trouble), options_(options) {}
    ~Prober() override;

    // The records at `places`, in their order; waits a second at most.
    [[nodiscard]] std::vector<membership::Probe> probe(const std::vector<Position>& places);

  private:
    using Sought = std::map<TopicPartition, std::size_t>;  // the index of the place

    base::Result<void> open();
    void look(
        const std::vector<Position>& places, Sought sought, std::vector<membership::Probe>& probes
    );
    void take(
        const rd_kafka_message_t& message,
        const std::vector<Position>& places,
        Sought& sought,
        std::vector<membership::Probe>& probes
    );

    const KafkaOptions& options_;
    std::mutex mutex_;
    ClientHandle client_;  // guarded by mutex_
    QueueHandle queue_;    // guarded by mutex_
};

}  // namespace flightcast::eventlog::kafka
