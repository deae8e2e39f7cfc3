// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
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

namespace flightcast::eventlog::kafka {

// How far a member of a group is: which partitions are its, what it published for them and in which
// order, and up to where that is acknowledged. Knows nothing of librdkafka.
//
// When partitions are to go to another member, they are held back first: nothing more is read from
// them, and once what was published for them has come to its end they are let go. So an orderly
// change of members repeats no work.
//
// Thread-safety: any thread may call any member; but complete() only one at a time.
class Progress {
  public:
    // A publish under way.
    struct Publish {
        std::vector<Position> consumed;
        Done done;
        std::uint64_t epoch = 0;
        std::uint64_t number = 0;
        std::optional<base::Result<void>> outcome{};
    };

    void assigned(const std::vector<TopicPartition>& partitions);
    void hold(const std::vector<TopicPartition>& partitions);
    void released(const std::vector<TopicPartition>& partitions);
    [[nodiscard]] std::vector<TopicPartition> partitions() const;

    // Whether nothing is under way any more that was published before the last hold().
    [[nodiscard]] bool held_are_settled() const;
    // Whether all that is acknowledged for the held ones is known to be committed.
    [[nodiscard]] bool held_are_committed() const;

    // Whether a record of `at` may be handed out; the first one tells where this member began.
    bool admit(const TopicPartition& at, Offset offset);

    // Whether the partition is ours and not held back.
    [[nodiscard]] bool owns(const TopicPartition& at) const;

    // Begins a publish. Errc::fenced when a partition in `consumed` is not ours, Errc::closed when
    // an earlier publish failed and rewind() was not called since.
    base::Result<std::shared_ptr<Publish>> begin(std::vector<Position> consumed, Done done);

    // Forgets a publish that could not even be sent.
    void abandon(const std::shared_ptr<Publish>& publish);

    // `publish` came to its end; completes it, and those behind it that came earlier. What follows
    // a failed one fails, too, or its records would be skipped.
    void complete(const std::shared_ptr<Publish>& publish, base::Result<void> outcome);

    // Forgets failures; where each partition that we read from goes on.
    std::vector<Position> rewind();

    // Positions acknowledged and not taken for a commit yet; how many records they stand for.
    [[nodiscard]] std::vector<Position> take_uncommitted();
    [[nodiscard]] std::size_t uncommitted_records() const;
    // Taken ones arrived, or did not: then they are to be committed again.
    void committed(const std::vector<Position>& positions);
    void commit_failed(const std::vector<Position>& positions);

    // Whether `publish` may still be made durable: nothing before it failed, and its partitions
    // were ours all the time since it began.
    [[nodiscard]] bool is_current(const Publish& publish) const;

    [[nodiscard]] std::size_t in_flight() const;

    // Whether the reader's last poll found something; then a completion wakes it, for it may have
    // stopped polling until one comes.
    std::atomic<bool> is_reading = false;

    // Whether the member is on its way into a new generation of the group, so that nothing must be
    // committed now.
    std::atomic<bool> is_joining = false;

  private:
    struct Owned {
        std::uint64_t since = 0;         // the last publish begun before it was ours
        std::optional<Offset> resume{};  // acknowledged up to here; none while nothing was read
        Offset committed{};              // as last taken for a commit; at first, where we began
        Offset confirmed{};              // committed for sure
        bool is_acknowledged = false;    // something was, since the partition is ours
        bool is_dirty = false;           // there is something to commit
        bool held = false;
    };

    base::Result<void> judge(const Publish& publish);
    bool owned_since(const Publish& publish) const;

    mutable std::mutex mutex_;
    std::map<TopicPartition, Owned> owned_;           // guarded by mutex_
    std::deque<std::shared_ptr<Publish>> under_way_;  // guarded by mutex_, in order
    std::uint64_t published_ = 0;                     // guarded by mutex_: numbers given
    std::uint64_t held_after_ = 0;                    // guarded by mutex_: published_ at hold()
    std::uint64_t epoch_ = 0;                         // guarded by mutex_: grows with every rewind
    bool broken_ = false;                             // guarded by mutex_: one of this epoch failed
};

}  // namespace flightcast::eventlog::kafka
