// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/kafka_log.h"

#include <utility>

#include "eventlog/kafka/admin/inspection.h"
#include "eventlog/kafka/admin/kafka_admin.h"
#include "eventlog/kafka/client/settings.h"
#include "eventlog/kafka/hosted.h"
#include "eventlog/kafka/kafka_writer.h"
#include "eventlog/kafka/shared/housekeeper.h"
#include "eventlog/kafka/shared/log_parts.h"

namespace flightcast::eventlog::kafka {

using base::Result;

// In the order in which they are made; they end in the opposite one.
struct KafkaLog::Parts {
    Parts(KafkaOptions given, const base::Clock& the_clock)
        : options(std::move(given)),
          clock(the_clock),
          trouble(options.brokers, options.notice, the_clock, options.measured),
          bulk(options, trouble),
          prober(options, trouble) {}

    [[nodiscard]] LogParts shared() {
        return {options, clock, trouble, *producer, bulk, *directory, *housekeeper, prober};
    }

    const KafkaOptions options;
    const base::Clock& clock;
    Trouble trouble;
    BulkProducer bulk;
    Prober prober;
    std::unique_ptr<Producer> producer;
    std::unique_ptr<TopicDirectory> directory;
    std::unique_ptr<Housekeeper> housekeeper;
    std::unique_ptr<KafkaAdmin> admin;
    std::unique_ptr<Inspection> inspection;
};

KafkaLog::KafkaLog(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
KafkaLog::~KafkaLog() = default;

Result<std::unique_ptr<KafkaLog>> KafkaLog::open(KafkaOptions options, const base::Clock& clock) {
    auto parts = std::make_unique<Parts>(std::move(options), clock);
    // What readers will be made with is judged now, when it can still be mended.
    FC_TRY_VOID(make_conf(parts->options, Role::group_member));
    FC_TRY(parts->producer, Producer::open(parts->options, parts->trouble));
    parts->directory = std::make_unique<TopicDirectory>(*parts->producer, parts->trouble);
    parts->housekeeper = std::make_unique<Housekeeper>(*parts->directory);
    parts->admin = std::make_unique<KafkaAdmin>(parts->shared());
    parts->inspection = std::make_unique<Inspection>(parts->shared(), *parts->admin);
    return std::unique_ptr<KafkaLog>(new KafkaLog(std::move(parts)));
}

Result<std::unique_ptr<Writer>> KafkaLog::open_writer() {
    return std::make_unique<KafkaWriter>(parts_->shared());
}

Result<std::unique_ptr<Reader>> KafkaLog::open_reader(ReaderOptions options) {
    return open_plain_reader(parts_->shared(), options);
}

Result<std::unique_ptr<GroupReader>> KafkaLog::join_group(GroupOptions options) {
    return join_as_member(parts_->shared(), std::move(options));
}

Admin& KafkaLog::admin() {
    return *parts_->admin;
}

KafkaAdmin& KafkaLog::kafka_admin() {
    return *parts_->admin;
}

Inspection& KafkaLog::inspection() {
    return *parts_->inspection;
}

Result<void> KafkaLog::reach(std::chrono::milliseconds patience) {
    FC_TRY_VOID(parts_->directory->names(patience));
    return {};
}

Condition KafkaLog::condition() const {
    return {
        .records_in_flight =
            parts_->producer->records_in_flight() + parts_->bulk.records_in_flight(),
        .trouble = parts_->trouble.latest(),
        .fatal = parts_->trouble.fatal()
    };
}

}  // namespace flightcast::eventlog::kafka
