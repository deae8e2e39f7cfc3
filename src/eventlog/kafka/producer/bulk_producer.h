// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>

#include "eventlog/kafka/producer/producer.h"

namespace flightcast::eventlog::kafka {

// The producer for many records at once: they wait for one another (5 ms, if the user did not set
// linger.ms) and so cost less, while records that come alone go at once by the other one. It is
// made when first asked for: only members that publish need it.
//
// Thread-safety: any thread may call any member.
class BulkProducer {
  public:
    // REQUIRES: both outlive it.
    BulkProducer(const KafkaOptions& options, Trouble& trouble)
        : options_(options), trouble_(trouble) {}

    // Lives as long as this.
    [[nodiscard]] base::Result<Producer*> get();
    [[nodiscard]] std::size_t records_in_flight() const;

  private:
    const KafkaOptions& options_;
    Trouble& trouble_;
    mutable std::mutex mutex_;
    std::unique_ptr<Producer> producer_;  // guarded by mutex_
};

}  // namespace flightcast::eventlog::kafka
