// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/kafka/client.h"
#include "eventlog/kafka/consumer.h"
#include "eventlog/kafka/log_parts.h"
#include "eventlog/kafka/progress.h"
#include "eventlog/kafka/publisher.h"

namespace flightcast::eventlog::kafka {

// A member of a consumer group: static, so that one who comes back under its name resumes at once,
// and cooperative, so that partitions which stay are not interrupted.
//
// The position of a partition from which nothing was read yet is given as 0.
//
// Thread-safety: one thread at a time.
class GroupMember final : public GroupReader, private ClientEvents {
  public:
    // Looks the topics up, and waits for that; partitions come later, with polls.
    [[nodiscard]] static base::Result<std::unique_ptr<GroupReader>> join(
        const LogParts& parts, const GroupOptions& options
    );
    explicit GroupMember(const LogParts& parts);
    // Commits what is acknowledged. Of several members it leaves the group, and the others take
    // over at once; the place of one that had all partitions is kept for session.timeout.ms.
    ~GroupMember() override;

    base::Result<std::vector<Record>> poll(std::size_t records_max) override;
    void on_ready(std::function<void()> wake) override { consumer_->on_ready(std::move(wake)); }
    [[nodiscard]] std::vector<Position> positions() const override;
    base::Result<void> publish(
        std::vector<NewRecord> outputs, std::vector<Position> consumed, Done done
    ) override;
    base::Result<void> rewind() override;

  private:
    base::Result<void> open(const GroupOptions& options);
    base::Result<void> choose_publisher(const GroupOptions& options);
    void rebalanced(
        rd_kafka_resp_err_t what, const rd_kafka_topic_partition_list_t& partitions
    ) override;
    void committed(
        rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& positions
    ) override;
    void lost(const TopicPartition& at, std::optional<Offset> place) override;
    void logged(std::string_view facility, std::string_view line) override;
    void find_places();
    base::Result<void> go_on_at(std::vector<Position> positions);
    void take_over(const rd_kafka_topic_partition_list_t& partitions);
    void give_up(const rd_kafka_topic_partition_list_t& partitions);
    void release_held();
    void leave();
    [[nodiscard]] bool has_all_partitions() const;
    base::Result<void> check_place();

    const LogParts parts_;
    std::vector<std::string> topics_;
    const std::shared_ptr<Progress> progress_ = std::make_shared<Progress>();
    const std::shared_ptr<LostPlaces> places_;
    std::unique_ptr<Consumer> consumer_;
    std::unique_ptr<Publisher> publisher_;
    PartitionsHandle held_;             // to be let go once what is under way is over
    base::SteadyTime held_until_{};     // ... or by then, whatever becomes of it
    std::vector<TopicPartition> lost_;  // let go since the last poll
    std::optional<base::Error> fenced_;
    bool was_assigned_ = false;
    bool is_closing_ = false;
};

}  // namespace flightcast::eventlog::kafka
