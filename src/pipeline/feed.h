// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "eventlog/replay.h"
#include "pipeline/backoff.h"
#include "pipeline/part.h"

namespace flightcast::pipeline {

// Takes the records that a feed read. An error means that nothing was taken and the same records
// should come again later.
using Consume = std::function<base::Result<void>(const std::vector<eventlog::Record>&)>;

struct FeedOptions {
    std::size_t batch_max = base::limits::kPollRecordsMax;
    BackoffOptions backoff{};
};

// Reads a log without a group, so every process that has the feed sees all records, and hands them
// on. It commits nothing: after a restart the replay decides where it begins.
//
// Thread-safety: one thread at a time; wake-ups may come on another.
class Feed final : public Part {
  public:
    // REQUIRES: the bound in `options` is at least 1.
    Feed(eventlog::Replay replay, Consume consume, FeedOptions options = {});

    [[nodiscard]] Step step(base::SteadyTime now) override;
    [[nodiscard]] base::SteadyTime retry_at() const override { return retry_at_; }
    [[nodiscard]] const std::optional<base::Error>& trouble() const override { return trouble_; }
    [[nodiscard]] std::size_t failures() const override { return backoff_.failures(); }
    [[nodiscard]] bool is_behind() const override { return is_behind_; }
    void on_ready(std::function<void()> wake) override;

    // Whether all records before these places have been taken.
    [[nodiscard]] bool has_reached(const std::vector<eventlog::Position>& places) const;

    // Whether all records that were in the log when the replay was opened have been taken, or those
    // before the places of catch_up_to(). Once true, it stays true until that is called.
    [[nodiscard]] bool caught_up() const { return caught_up_; }
    void catch_up_to(std::vector<eventlog::Position> places);

  private:
    Step back_off(base::Error error, base::SteadyTime now);
    void note_place();

    eventlog::Replay replay_;
    const Consume consume_;
    const FeedOptions options_;
    std::vector<eventlog::Record> untaken_;  // read, and refused by consume_
    bool caught_up_ = false;
    bool is_behind_ = false;
    std::optional<base::Error> trouble_;
    Backoff backoff_;
    base::SteadyTime retry_at_{};
};

}  // namespace flightcast::pipeline
