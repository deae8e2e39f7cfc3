// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/kafka/client.h"
#include "eventlog/kafka/consumer.h"
#include "eventlog/kafka/log_parts.h"

namespace flightcast::eventlog::kafka {

// A reader of all partitions of its topics, without a group: it commits nothing. Partitions that
// are added while it reads are read from their beginning.
//
// Thread-safety: one thread at a time.
class PlainReader final : public Reader, private ClientEvents {
  public:
    // Asks the brokers where to begin, and waits for the answer.
    [[nodiscard]] static base::Result<std::unique_ptr<Reader>> open(
        const LogParts& parts, const ReaderOptions& options
    );
    explicit PlainReader(const LogParts& parts, std::vector<std::string> topics);

    base::Result<std::vector<Record>> poll(std::size_t records_max) override;
    void on_ready(std::function<void()> wake) override { consumer_->on_ready(std::move(wake)); }
    [[nodiscard]] std::vector<Position> positions() const override;

  private:
    base::Result<void> begin(const Start& start);
    base::Result<void> assign();
    base::Result<void> follow_partitions();
    base::Result<void> follow_places();
    void lost(const TopicPartition& at, std::optional<Offset> place) override;

    const LogParts parts_;
    const std::vector<std::string> topics_;
    const std::shared_ptr<LostPlaces> places_;
    std::unique_ptr<Consumer> consumer_;
    std::uint64_t version_ = 0;  // of the directory, as followed
};

}  // namespace flightcast::eventlog::kafka
