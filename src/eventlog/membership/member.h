// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "eventlog/event_log.h"
#include "eventlog/membership/fence.h"
#include "eventlog/membership/port.h"
#include "eventlog/membership/progress.h"
#include "eventlog/membership/publisher.h"
#include "eventlog/membership/seeker.h"

namespace flightcast::eventlog::membership {

// The parts that a member works with. All outlive it.
struct MemberPorts {
    ConsumerPort& consumer;
    Questions& questions;
    Publisher& publisher;
    Standing& standing;
    const base::Clock& clock;
    std::function<void(std::chrono::milliseconds)> pause;  // lets time go by, while it ends
    std::function<void()> hurry;  // serve() has something to do; any thread calls it
    // Ends the publisher's threads, if it has any: the consumer goes next.
    std::function<void()> end_publishing;
    // Whether a record may be appended: its topic exists, and it is not too large.
    std::function<base::Result<void>(const NewRecord&)> check;
};

struct MemberOptions {
    GroupOptions group;
    StartOfGroup start = StartOfGroup::beginning;
    std::chrono::milliseconds commit_interval;
    // How long what is under way may keep partitions that the group takes back.
    std::chrono::milliseconds yield_patience;
    std::chrono::milliseconds session;  // its timeout
};

// A member of a consumer group. The group shares its partitions in one round: all members give all
// back, and each gets its own. So nothing can be left half done when one of them dies.
//
// Whatever a member is given, it asks for the group's committed positions, checks them against the
// log, and only then reads; and as long as it reads, it looks whether the log is still the same. It
// compares what the group's members have with what there is, and goes out and in again when
// something belongs to no member. A client that the brokers fence is followed by a new one, unless
// another process has the name (fence.h).
//
// Thread-safety: a GroupReader's for its thread; serve() for another.
class Member final : public GroupReader, private ConsumerEvents {
  public:
    Member(const MemberPorts& ports, MemberOptions options, std::shared_ptr<Progress> progress);
    // Commits what is acknowledged and leaves the group, which shares its partitions at once. Ends
    // within some seconds, or soon after end_by(), whatever the brokers do. REQUIRES: serve() is
    // not called any more.
    ~Member() override;

    [[nodiscard]] base::Result<void> join();
    // The member ends without a word, as one whose process is killed.
    void abandon() { is_abandoned_ = true; }

    base::Result<std::vector<Record>> poll(std::size_t records_max) override;
    void attend() override;
    void on_ready(std::function<void()> wake) override {
        ports_.consumer.on_ready(std::move(wake));
    }
    [[nodiscard]] std::vector<Position> positions() const override { return progress_->read_to(); }
    [[nodiscard]] bool has_all_positions() const override;
    base::Result<void> publish(
        std::vector<NewRecord> outputs, std::vector<Position> consumed, Done done
    ) override;
    base::Result<void> rewind() override;
    void end_by(base::SteadyTime deadline) override { end_by_ = deadline; }

    // Asks the brokers what is to be asked, and commits what is due; waits for answers. Returns
    // when to come again, unless hurry() is called before. `wake` lets the reader poll.
    base::SteadyTime serve(const std::function<void()>& wake);

  private:
    enum class Stage { outside, inside, yielding };

    void assigned(const std::vector<TopicPartition>& partitions) override;
    void revoked(bool is_lost) override;
    void committed(const std::vector<Position>& positions, base::Result<void> outcome) override;
    void out_of_range(const TopicPartition& at, Offset place) override { seeker_.lost(at, place); }
    void at_end(const TopicPartition& at, Offset next) override { ends_.push_back({at, next}); }
    void refused_by_group() override;

    base::Result<void> check_outputs(std::vector<NewRecord>& outputs);
    bool has_client();
    void meet_fence(const base::Error& error);
    void end_as_fenced(const base::Error& error);
    void release();
    void release_when_settled();
    void apply_found();
    bool commit_if_due(base::SteadyTime now, bool is_urgent);
    void judge_stay(base::SteadyTime now);
    void compare_with_group();
    void say_outside();
    void say_who_must_stop();
    void go_out_and_in();
    [[nodiscard]] std::chrono::milliseconds left_of(std::chrono::milliseconds patience) const;
    void settle_last_work();
    void settle_join();
    void leave();

    const MemberPorts ports_;
    const MemberOptions options_;
    const std::shared_ptr<Progress> progress_;

    // Of the reader's thread.
    std::optional<base::Error> fenced_;
    bool is_reading_ = false;     // the consumer has been given where to read
    std::vector<Position> ends_;  // told in this poll
    base::SteadyTime yield_until_{};
    base::SteadyTime end_by_ = base::SteadyTime::max();
    bool is_closing_ = false;
    bool is_leaving_ = false;
    bool is_abandoned_ = false;

    Seeker seeker_;
    Fence fence_;

    // Of serve().
    base::SteadyTime compare_at_{};
    int unowned_in_a_row_ = 0;

    mutable std::mutex mutex_;
    Stage stage_ = Stage::outside;            // guarded by mutex_, as all that follows
    std::vector<TopicPartition> partitions_;  // as the group gave them
    int commits_ = 0;                         // without answer
    base::SteadyTime commit_at_{};
    base::SteadyTime outside_since_{};
    bool was_inside_ = false;
    bool is_refused_ = false;
    bool must_rejoin_ = false;
};

}  // namespace flightcast::eventlog::membership
