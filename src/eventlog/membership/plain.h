// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "eventlog/event_log.h"
#include "eventlog/membership/port.h"
#include "eventlog/membership/seeker.h"

namespace flightcast::eventlog::membership {

// A reader of all partitions of its topics, without a group: it commits nothing. Partitions that
// are added while it reads are read from their beginning, and so is a topic that was made again.
//
// Thread-safety: a Reader's for its thread; serve() for another.
class Plain final : public Reader, private ConsumerEvents {
  public:
    // REQUIRES: all outlive it.
    Plain(
        ConsumerPort& consumer,
        Questions& questions,
        Standing& standing,
        const base::Clock& clock,
        std::function<void()> hurry
    );
    ~Plain() override;

    // Asks the brokers where to begin, and waits for the answer: so "the end" is the end at this
    // moment and positions are numbers from the start.
    [[nodiscard]] base::Result<void> begin(const ReaderOptions& options);

    base::Result<std::vector<Record>> poll(std::size_t records_max) override;
    void on_ready(std::function<void()> wake) override { consumer_.on_ready(std::move(wake)); }
    [[nodiscard]] std::vector<Position> positions() const override;

    // As Member::serve().
    base::SteadyTime serve(const std::function<void()>& wake);

  private:
    void assigned(const std::vector<TopicPartition>& /*partitions*/) override {}
    void revoked(bool /*is_lost*/) override {}
    void committed(const std::vector<Position>& /*all*/, base::Result<void> /*outcome*/) override {}
    void refused_by_group() override {}
    void out_of_range(const TopicPartition& at, Offset place) override { seeker_.lost(at, place); }
    void at_end(const TopicPartition& at, Offset next) override { ends_.push_back({at, next}); }

    base::Result<void> assign();
    base::Result<void> follow_partitions();
    base::Result<void> follow_places();

    ConsumerPort& consumer_;
    Questions& questions_;
    Seeker seeker_;
    std::vector<std::string> topics_;
    std::map<TopicPartition, Offset> next_;
    std::vector<Position> ends_;  // told in this poll
    std::mutex mutex_;
    std::vector<TopicPartition> added_;    // guarded by mutex_
    std::vector<TopicPartition> known_;    // of serve(), after begin()
    std::vector<TopicPartition> stopped_;  // guarded by mutex_: their log is another one
    base::SteadyTime follow_at_{};         // of serve()
    const base::Clock& clock_;
};

}  // namespace flightcast::eventlog::membership
