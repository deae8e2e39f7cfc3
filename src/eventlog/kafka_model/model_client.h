// SPDX-License-Identifier: Apache-2.0
//
// The narrow port of eventlog/membership, on the model: clients as librdkafka is one.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "eventlog/kafka_model/cluster.h"
#include "eventlog/membership/port.h"

namespace flightcast::eventlog::kafka_model {

// A consuming client's identity.
struct Identity {
    std::string group{};  // empty: it has none
    std::string instance{};
    std::string protocol = "range";
};

// Thread-safety: one thread.
class ModelConsumer final : public membership::ConsumerPort, private Background {
  public:
    ModelConsumer(Cluster& cluster, Identity identity);
    ~ModelConsumer() override { close({}); }

    base::Result<void> subscribe(const std::vector<std::string>& topics) override;
    void leave() override;
    [[nodiscard]] bool is_member() const override { return !member_id_.empty(); }
    base::Result<std::vector<Record>> poll(
        std::size_t records_max, membership::ConsumerEvents& events
    ) override;
    void on_ready(std::function<void()> wake) override { wake_ = std::move(wake); }
    base::Result<void> renew() override;
    base::Result<void> assign(const std::vector<Position>& positions) override;
    void unassign() override;
    bool commit(const std::vector<membership::Claim>& claims) override;
    // As when a process ends without a word.
    void close(std::chrono::milliseconds patience) override;

    void wake() const {
        if (wake_) wake_();
    }
    // Stopped by the system: it does nothing by itself.
    void freeze(bool is_frozen) { is_frozen_ = is_frozen; }
    [[nodiscard]] const std::string& member_id() const { return member_id_; }
    [[nodiscard]] std::int64_t generation() const { return generation_; }
    [[nodiscard]] const Identity& identity() const { return identity_; }

  private:
    enum class State { out, waiting, told, steady, revoking };
    using Event = std::function<void(membership::ConsumerEvents&)>;

    void run() override;
    void something_came() override { wake(); }
    void join();
    void see_round();
    void lose_place(GroupAnswer answer);
    void beat();
    void revoke(bool is_lost);
    void fetch(std::vector<Record>& records, std::size_t records_max);

    Cluster& cluster_;
    const Identity identity_;
    std::vector<std::string> topics_;
    std::int64_t number_ = 0;  // among what works on the cluster
    State state_ = State::out;
    std::string member_id_;
    std::int64_t generation_ = -1;
    base::SteadyTime beat_at_{};
    base::SteadyTime join_at_{};
    bool is_fenced_ = false;
    bool is_leaving_ = false;
    bool is_frozen_ = false;
    bool is_closed_ = false;
    std::map<TopicPartition, Offset> positions_;
    std::deque<Event> events_;
    std::function<void()> wake_;
};

// Thread-safety: one thread.
class ModelQuestions final : public membership::Questions {
  public:
    ModelQuestions(Cluster& cluster, const ModelConsumer& consumer)
        : cluster_(cluster), consumer_(consumer) {}

    base::Result<std::vector<membership::Committed>> committed(
        const std::vector<TopicPartition>& partitions
    ) override;
    base::Result<PartitionRange> range(const TopicPartition& at) override;
    base::Result<std::vector<Position>> offsets(
        const std::vector<TopicPartition>& partitions, const Start& where
    ) override;
    std::vector<membership::Probe> probe(const std::vector<Position>& places) override;
    base::Result<membership::GroupView> group() override;
    base::Result<std::vector<TopicPartition>> partitions(
        const std::vector<std::string>& topics
    ) override;
    std::string member_id() override { return consumer_.member_id(); }

  private:
    [[nodiscard]] bool is_unanswered();
    void look_at(const PartitionLog& log, Offset offset, membership::Probe& probe) const;

    Cluster& cluster_;
    const ModelConsumer& consumer_;
};

// Thread-safety: one thread.
class ModelTransactions final : public membership::TransactionPort {
  public:
    ModelTransactions(Cluster& cluster, const ModelConsumer& consumer, std::string id)
        : cluster_(cluster), consumer_(consumer), id_(std::move(id)) {}

    membership::StepResult open() override;
    void take_identity() override;
    membership::StepResult begin() override;
    membership::StepResult append(const std::vector<NewRecord>& records, bool one_by_one) override;
    membership::StepResult add_positions(const std::vector<membership::Claim>& claims) override;
    membership::StepResult commit() override;
    membership::StepResult abort() override;
    void pause(std::chrono::milliseconds time) override { cluster_.pass(time); }

    // Called between the steps of a transaction: where other things happen.
    std::function<void()> between{};

  private:
    // Whether the step can be done at all.
    std::optional<membership::StepResult> hindrance();

    Cluster& cluster_;
    const ModelConsumer& consumer_;
    const std::string id_;
    std::int64_t epoch_ = 0;
    std::string member_id_;
    std::int64_t generation_ = -1;
};

// Acknowledges with deliver().
//
// Thread-safety: one thread.
class ModelAppender final : public membership::AppendPort {
  public:
    explicit ModelAppender(Cluster& cluster) : cluster_(cluster) {}
    base::Result<void> append(const std::vector<NewRecord>& records, Reports done) override;
    // Whether there was something.
    bool deliver();
    [[nodiscard]] std::size_t in_flight() const { return waiting_.size(); }

  private:
    Cluster& cluster_;
    std::deque<std::pair<Reports, std::vector<base::Result<void>>>> waiting_;
};

}  // namespace flightcast::eventlog::kafka_model
