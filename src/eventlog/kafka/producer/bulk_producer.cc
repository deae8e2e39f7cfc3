// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/producer/bulk_producer.h"

namespace flightcast::eventlog::kafka {

base::Result<Producer*> BulkProducer::get() {
    const std::lock_guard lock(mutex_);
    if (!producer_) {
        FC_TRY(producer_, Producer::open(options_, trouble_, Role::bulk_producer));
    }
    return producer_.get();
}

std::size_t BulkProducer::records_in_flight() const {
    const std::lock_guard lock(mutex_);
    return producer_ ? producer_->records_in_flight() : 0;
}

}  // namespace flightcast::eventlog::kafka
