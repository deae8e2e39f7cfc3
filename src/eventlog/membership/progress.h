// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/membership/proof.h"

namespace flightcast::eventlog::membership {

// How far a member of a group is: which partitions it reads, its publishes for them and in
// which order, and up to where that is acknowledged.
//
// When the group takes its partitions back, they are held first: nothing more is read or published,
// and once all publishes are over they are let go. So an orderly change of members
// repeats no work.
//
// Thread-safety: any thread may call any member; but complete() only one at a time.
class Progress {
  public:
    // A publish under way.
    struct Publish {
        std::vector<Claim> consumed;
        Done done;
        std::uint64_t epoch = 0;
        std::uint64_t number = 0;
        std::optional<base::Result<void>> outcome{};
    };

    // Reading of a partition begins at `next`. Earlier publishes for it are void, unless
    // reading only goes on where it stopped (`is_same`).
    void begin_reading(const TopicPartition& at, Offset next, bool is_same = false);
    void stop_reading(const TopicPartition& at);
    void hold();
    // All partitions are gone.
    void clear();
    [[nodiscard]] bool is_held() const;

    // Whether nothing is under way any more.
    [[nodiscard]] bool is_settled() const;
    // Whether all that is acknowledged is known to be committed.
    [[nodiscard]] bool is_committed() const;

    // Leaves of `records` those of partitions that are read, and notes where they end.
    void admit(std::vector<Record>& records);
    // There was nothing more up to `end`, but marks of transactions. Told late, it may be of an
    // earlier reading, so no record is skipped for it.
    void see_end(const Position& end);
    // Where the next record of each partition is expected.
    [[nodiscard]] std::vector<Position> next() const;
    // The same, or behind it the end that was seen.
    [[nodiscard]] std::vector<Position> read_to() const;

    // Begins a publish. Errc::fenced when this member has not read `consumed`, Errc::closed
    // when an earlier publish failed and rewind() was not called since.
    base::Result<std::shared_ptr<Publish>> begin(std::vector<Claim> consumed, Done done);

    // Forgets a publish that could not even be sent.
    void abandon(const std::shared_ptr<Publish>& publish);

    // `publish` is over; completes it, and those behind it that were over earlier. All that follows
    // a failed one fails, too, or its records would be skipped.
    void complete(const std::shared_ptr<Publish>& publish, base::Result<void> outcome);

    // Forgets failures; every partition is read again from behind its acknowledged records: there.
    std::vector<Claim> rewind();

    // Positions acknowledged and not taken for a commit yet; how many records they stand for.
    [[nodiscard]] std::vector<Claim> take_uncommitted();
    [[nodiscard]] std::size_t uncommitted_records() const;
    // Taken ones arrived, or did not: then they are to be committed again.
    void committed(const std::vector<Position>& positions);
    void commit_failed();

    // Whether `publish` may still be made durable: nothing before it failed, and its partitions
    // were ours all the time since it began.
    [[nodiscard]] bool is_current(const Publish& publish) const;

  private:
    struct Owned {
        std::uint64_t since = 0;  // the last publish begun before it was ours
        Offset next{};            // of the next record to be handed out
        Offset end{};             // of the log, when it was last seen
        Claim resume{};           // acknowledged up to here
        Offset taken{};           // as last taken for a commit; at first, where we began
        Offset confirmed{};       // committed for sure
        bool is_dirty = false;    // there is something to commit
        bool is_acknowledged = false;
    };

    base::Result<void> judge(const Publish& publish);
    bool owned_since(const Publish& publish) const;

    mutable std::mutex mutex_;
    std::map<TopicPartition, Owned> owned_;           // guarded by mutex_
    std::deque<std::shared_ptr<Publish>> under_way_;  // guarded by mutex_, in order
    std::uint64_t published_ = 0;                     // guarded by mutex_: numbers given
    std::uint64_t epoch_ = 0;                         // guarded by mutex_: grows with every rewind
    bool broken_ = false;                             // guarded by mutex_: one of this epoch failed
    bool is_held_ = false;                            // guarded by mutex_
};

}  // namespace flightcast::eventlog::membership
