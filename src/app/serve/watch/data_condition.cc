// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/data_condition.h"

#include <utility>

namespace flightcast::app::serve {

namespace {

constexpr const char* kCheck = "data folder";

}  // namespace

DataCondition::DataCondition(telemetry::Health* health, telemetry::Logger logger)
    : health_(health), logger_(std::move(logger)) {
    if (health_ == nullptr) return;
    health_->add(kCheck, telemetry::HealthScope::ready);
    health_->pass(kCheck);
}

void DataCondition::note_folder(const base::Result<void>& result) {
    const std::lock_guard lock(mutex_);
    folder_.reset();
    if (!result) folder_ = result.error();
    report();
}

void DataCondition::note_log(const std::optional<base::Error>& trouble) {
    const std::lock_guard lock(mutex_);
    log_ = trouble;
    report();
}

// A log line only goes into a queue, so it may be written under the lock: in the order of events.
void DataCondition::report() {
    const std::optional<base::Error>& trouble = folder_ ? folder_ : log_;
    const bool was_good = reason_.empty();
    reason_ = trouble ? trouble->detail : "";
    if (health_ != nullptr && trouble) health_->fail(kCheck, reason_);
    if (health_ != nullptr && !trouble) health_->pass(kCheck);
    if (was_good && trouble) logger_.error("the data folder takes nothing", {{"reason", reason_}});
    if (!was_good && !trouble) logger_.info("the data folder takes data again");
}

}  // namespace flightcast::app::serve
