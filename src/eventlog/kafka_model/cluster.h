// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::eventlog::kafka_model {

// A record, or the mark of a transaction's end, which takes an offset, too.
struct Stored {
    std::optional<Record> record;  // none: a mark
    std::int64_t transaction = 0;  // 0: none
};

struct PartitionLog {
    Offset first{};
    std::deque<Stored> stored{};

    [[nodiscard]] Offset end() const {
        return Offset(first.value() + static_cast<std::int64_t>(stored.size()));
    }
};

struct Topic {
    std::vector<PartitionLog> partitions;
    std::optional<std::chrono::milliseconds> retention{};
    bool refuses_keyless = false;       // as a compacted topic does
    std::size_t bytes_max = 1'048'576;  // of a record
};

// Answers of a group's coordinator.
enum class GroupAnswer {
    ok,
    rebalancing,
    unknown_member,
    illegal_generation,
    fenced,
    inconsistent
};

struct GroupOffset {
    Offset next;
    std::string note{};
};

// What a client says of itself when it joins a group.
struct JoinRequest {
    std::string instance{};
    std::vector<std::string> topics{};
    std::string protocol{};
};

struct GroupMember {
    JoinRequest said{};
    base::SteadyTime beat{};  // the last sign of life
    bool has_joined = false;  // this round
    std::vector<TopicPartition> partitions{};
};

struct Group {
    std::map<std::string, GroupMember> members{};  // by member id
    std::string leader{};                          // the member id that shares out
    std::int64_t generation = 0;
    bool is_rebalancing = false;
    base::SteadyTime round_until{};
    std::map<TopicPartition, GroupOffset> offsets{};
};

// Work that a client does by itself, whether or not it is called.
class Background {
  public:
    virtual ~Background() = default;
    virtual void run() = 0;
    virtual void something_came() = 0;
};

// A model of a Kafka cluster, as far as what uses it can tell: partitions, groups that share them
// in one round, static names, transactions, retention, topics that are made again. It has one
// thread and no time of its own: what depends on time happens in tick(), what depends on chance
// comes from a seed. Where it answers as the brokers do was compared with Kafka 4.3 by running the
// same tests on both.
//
// Thread-safety: one thread.
class Cluster {
  public:
    struct Options {
        std::chrono::milliseconds session_timeout{6'000};
        std::chrono::milliseconds rebalance_timeout{60'000};
        std::chrono::milliseconds transaction_timeout{10'000};
    };
    // How often, in parts of a thousand, an answer is lost or an error.
    struct Faults {
        unsigned unanswered = 0;      // a question fails
        unsigned lost_answers = 0;    // done, and told as an error
        unsigned retriable = 0;       // not done, may be tried again
        unsigned stale_joins = 0;     // one that the client gave up is taken for its latest
        bool denies_appends = false;  // the clients' user has no right to it
    };

    // REQUIRES: `clock` outlives it.
    Cluster(base::ManualClock& clock, std::uint64_t seed, Options options);

    [[nodiscard]] const Options& options() const { return options_; }
    Cluster(base::ManualClock& clock, std::uint64_t seed) : Cluster(clock, seed, Options{}) {}

    // Lets what is due happen: sessions and transactions time out, retention removes.
    void tick();
    [[nodiscard]] bool chance(unsigned per_thousand);
    [[nodiscard]] const base::Clock& clock() const { return clock_; }
    [[nodiscard]] base::SeededRandom& random() { return random_; }
    Faults faults{};
    // Time goes by: what is due happens here, and clients do what they do by themselves.
    void pass(std::chrono::microseconds time);
    // In the order in which they began: a seed repeats itself wherever they lie in memory.
    std::map<std::int64_t, Background*> backgrounds{};
    std::int64_t add(Background& background);
    // A client may find something that it waits for.
    void changed();

    // Topics.
    bool create(const std::string& name, std::int32_t partitions);
    void remove(const std::string& name) { topics.erase(name); }
    void add_partitions(const std::string& name, std::int32_t count);
    [[nodiscard]] PartitionLog* log_of(const TopicPartition& at);
    std::map<std::string, Topic> topics{};

    // Appends; none when the topic is not there. Errc::invalid_argument: the topic refuses it.
    base::Result<Position> append(const NewRecord& record, std::int64_t transaction = 0);
    void trim(const TopicPartition& at, Offset first);
    void cut(const TopicPartition& at, Offset end);
    // Up to where a reader of what is committed sees.
    [[nodiscard]] Offset stable_end(const TopicPartition& at);
    [[nodiscard]] bool is_visible(const Stored& stored) const;

    // Groups.
    GroupAnswer join(const std::string& group, std::string& member_id, const JoinRequest& request);
    // A request under this name that its client had given up is done now: the member of the name
    // is one that no client knows.
    void join_belatedly(const std::string& group, const JoinRequest& request);
    GroupAnswer heartbeat(
        const std::string& group,
        const std::string& member_id,
        const std::string& instance,
        std::int64_t generation
    );
    void leave(const std::string& group, const std::string& member_id);
    // Whether the group would take positions from it.
    [[nodiscard]] GroupAnswer check(
        const std::string& group,
        const std::string& member_id,
        const std::string& instance,
        std::int64_t generation
    );
    GroupAnswer commit(
        const std::string& group,
        const std::string& member_id,
        const std::string& instance,
        std::int64_t generation,
        const std::map<TopicPartition, GroupOffset>& offsets
    );
    // None while a transaction under way may change it.
    [[nodiscard]] bool is_stable(const std::string& group, const TopicPartition& at) const;
    Group& group(const std::string& name) { return groups_[name]; }

    // Transactions: by id and epoch. False: fenced.
    std::int64_t init_producer(const std::string& id);
    bool begin(const std::string& id, std::int64_t epoch);
    [[nodiscard]] bool is_current(const std::string& id, std::int64_t epoch) const;
    [[nodiscard]] std::int64_t transaction_of(const std::string& id);
    void add_offsets(
        const std::string& id,
        const std::string& group,
        const std::map<TopicPartition, GroupOffset>& offsets
    );
    void end_transaction(const std::string& id, bool commits);

  private:
    enum class TransactionState { open, committed, aborted };
    struct Producer {
        std::int64_t epoch = 0;
        std::int64_t transaction = 0;  // 0: none is open
        base::SteadyTime since{};
        std::map<std::string, std::map<TopicPartition, GroupOffset>> offsets{};
    };

    std::string new_member_id(const std::string& instance);
    std::string take_over(Group& group, const JoinRequest& request);
    void share_out(Group& group);
    void begin_round(Group& group);
    void end_round_if_complete(Group& group);
    GroupAnswer check_member(
        const Group& group, const std::string& member_id, const std::string& instance
    ) const;
    PartitionId partition_for(const Topic& topic, const NewRecord& record);

    base::ManualClock& clock_;
    const Options options_;
    base::SeededRandom random_;
    std::map<std::string, Group> groups_;
    std::map<std::string, Producer> producers_;
    std::map<std::int64_t, TransactionState> transactions_;
    std::int64_t last_transaction_ = 0;
    std::int64_t last_member_ = 0;
    std::int64_t last_background_ = 0;
};

}  // namespace flightcast::eventlog::kafka_model
