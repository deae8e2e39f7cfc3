// SPDX-License-Identifier: Apache-2.0
//
// The narrow port: all that the code of this folder asks of a client of Kafka's. There are two on
// the other side, librdkafka (eventlog/kafka) and a model (eventlog/kafka_model), and what is
// proved on the model holds for the broker as far as the model is like it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/membership/proof.h"

namespace flightcast::eventlog::membership {

// Events of a consuming client, told from within ConsumerPort::poll().
class ConsumerEvents {
  public:
    virtual ~ConsumerEvents() = default;

    // The group gave this member its partitions, all of them. ConsumerPort::assign() may follow
    // later.
    virtual void assigned(const std::vector<TopicPartition>& partitions) = 0;
    // The group takes all partitions back and waits for ConsumerPort::unassign(); or `is_lost`:
    // others may have them already.
    virtual void revoked(bool is_lost) = 0;
    // The answer to ConsumerPort::commit().
    virtual void committed(const std::vector<Position>& positions, base::Result<void> outcome) = 0;
    // No broker that was asked has `place`.
    virtual void out_of_range(const TopicPartition& at, Offset place) = 0;
    // All there is was read; `next` is behind marks of transactions, too.
    virtual void at_end(const TopicPartition& at, Offset next) = 0;
    // The group has members that share partitions in another way, and refuses this one.
    virtual void refused_by_group() = 0;
};

// A consuming client: of a group, or with partitions of its own choice. Nothing waits.
//
// Thread-safety: poll(), on_ready(), renew() and close() one thread at a time; the others any
// thread.
class ConsumerPort {
  public:
    virtual ~ConsumerPort() = default;

    // Joins the group with these topics; again after leave().
    virtual base::Result<void> subscribe(const std::vector<std::string>& topics) = 0;
    // Goes out of the group, which shares its partitions among the others at once; is_member()
    // tells when it is done. Needs polls.
    virtual void leave() = 0;
    [[nodiscard]] virtual bool is_member() const = 0;

    // Serves events, and gives at most `records_max` records. Errc::fenced when the brokers know
    // this member's name with another client: this one does nothing any more, renew() may follow.
    virtual base::Result<std::vector<Record>> poll(
        std::size_t records_max, ConsumerEvents& events
    ) = 0;
    virtual void on_ready(std::function<void()> wake) = 0;
    // Puts a new client under the same name in the place of a fenced one; subscribe() follows.
    virtual base::Result<void> renew() = 0;

    // Reads from these positions and no others; earlier fetches are thrown away.
    virtual base::Result<void> assign(const std::vector<Position>& positions) = 0;
    // Gives the partitions back that the group takes.
    virtual void unassign() = 0;

    // Commits in the group's name; false when it could not even be sent.
    virtual bool commit(const std::vector<Claim>& claims) = 0;

    // Ends the client; nothing is called any more. Telling brokers of it, and ending its threads,
    // may each take so long.
    virtual void close(std::chrono::milliseconds patience) = 0;
};

// The group's committed position in one partition.
struct Committed {
    TopicPartition at;
    bool is_stable = false;        // else a transaction under way may change it: ask again
    std::optional<Claim> claim{};  // none: the broker says that the group never had one
};

// The record at an offset of a partition, or why there is none.
struct Probe {
    enum class Kind {
        record,   // this one
        nothing,  // no record, but there are later ones, or it is a transaction's mark
        outside,  // before the first or behind the last offset: Questions::range() says which
        unknown,  // no answer in time
    };
    TopicPartition at;
    Kind kind = Kind::unknown;
    std::optional<Proof> proof{};
};

// A group as its coordinator sees it.
struct GroupView {
    struct Member {
        std::string id;
        std::string name;  // its instance's, or its host's
        std::string host;  // of the first who joined with that name
        std::vector<TopicPartition> partitions{};
    };
    bool is_stable = false;
    std::string protocol{};  // by which it shares partitions
    std::vector<Member> members{};
};

// Questions to the brokers. Each waits, at most a second or so.
//
// Thread-safety: one thread at a time.
class Questions {
  public:
    virtual ~Questions() = default;
    virtual base::Result<std::vector<Committed>> committed(
        const std::vector<TopicPartition>& partitions
    ) = 0;
    virtual base::Result<PartitionRange> range(const TopicPartition& at) = 0;
    // Where each begins, ends, or has its first record at or after a time.
    virtual base::Result<std::vector<Position>> offsets(
        const std::vector<TopicPartition>& partitions, const Start& where
    ) = 0;
    // In the order of `places`.
    virtual std::vector<Probe> probe(const std::vector<Position>& places) = 0;
    virtual base::Result<GroupView> group() = 0;
    // All partitions of these topics, as last known. Errc::not_found.
    virtual base::Result<std::vector<TopicPartition>> partitions(
        const std::vector<std::string>& topics
    ) = 0;
    // This member's id in its group; empty while it is outside.
    virtual std::string member_id() = 0;
};

// The name in a static member's id: brokers write a dash and a UUID behind it. Empty: no such id.
[[nodiscard]] inline std::string_view static_name_in(std::string_view id) {
    constexpr std::size_t kTailLetters = 37;
    const bool has_tail = id.size() > kTailLetters && id[id.size() - kTailLetters] == '-';
    return has_tail ? id.substr(0, id.size() - kTailLetters) : std::string_view();
}

// The result of one step of a transaction.
struct StepResult {
    enum class Kind {
        done,
        again,       // the same step may be tried again
        abort,       // the transaction must be aborted
        refused,     // as abort: `record` is refused by its topic for good
        new_client,  // this client can do nothing more; a new one can
        fenced,      // as new_client, because another one uses the id, or this one was too slow
        denied,      // as new_client, once its user has a right that is missing
        fatal,       // no client will
    };
    Kind kind = Kind::done;
    base::Error error{};
    std::size_t record = 0;  // with refused: the index among the appended
};

// A producing client with a transactional id. Each call may wait.
//
// Thread-safety: one thread at a time, but any may call wake().
class TransactionPort {
  public:
    virtual ~TransactionPort() = default;

    // Makes a client, in place of the one before; it fences any other user of the id.
    virtual StepResult open() = 0;
    // Takes the member's present identity in its group; add_positions() vouches with it.
    virtual void take_identity() = 0;
    virtual StepResult begin() = 0;
    // `one_by_one` waits for each record, so that the refused one is known.
    virtual StepResult append(const std::vector<NewRecord>& records, bool one_by_one) = 0;
    virtual StepResult add_positions(const std::vector<Claim>& claims) = 0;
    virtual StepResult commit() = 0;
    virtual StepResult abort() = 0;
    virtual void pause(std::chrono::milliseconds time) = 0;
};

// Appends without a transaction.
//
// Thread-safety: any thread may call any member.
class AppendPort {
  public:
    virtual ~AppendPort() = default;
    // The result of each record, in their order, or nothing when all were appended; on a thread of
    // the log's.
    using Reports = std::move_only_function<void(std::vector<base::Result<void>>)>;
    virtual base::Result<void> append(const std::vector<NewRecord>& records, Reports done) = 0;
};

// News for people, as long as it lasts: said in health and log.
class Standing {
  public:
    virtual ~Standing() = default;
    // One text for each `key`; an empty one when it is over.
    virtual void stand(std::string_view key, std::string text) = 0;
    // Something that happened: a warning.
    virtual void tell(std::string text) = 0;
    // For good: this process must end.
    virtual void fatal(base::Error error) = 0;
};

}  // namespace flightcast::eventlog::membership
