// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "eventlog/event_log.h"
#include "eventlog/local/groups.h"

namespace flightcast::eventlog::local {

// The state that a group reader and its queued publishes share. After one failed, those behind
// it must fail too, or its records would be skipped.
//
// Thread-safety: none; the log guards it.
struct PublishSequence {
    std::uint64_t epoch = 0;  // grows with every rewind
    bool broken = false;      // a publish of this epoch failed
};

// One append or publish that waits for the next commit.
struct QueuedWork {
    std::vector<NewRecord> records;
    Done done;
    bool durable = false;  // an append that waits for the disk

    // Of a publish only:
    std::optional<MemberId> member;
    std::vector<Position> consumed;
    std::shared_ptr<PublishSequence> sequence;
    std::uint64_t epoch = 0;

    base::Result<void> outcome;  // set while it is committed
};

// How the log reaches a reader to wake it.
//
// Thread-safety: `armed` is guarded by the log's mutex, `wake` by `wake_mutex`, which is held while
// it runs: so that its remover knows that it is over.
struct ReaderSlot {
    std::set<std::string> topics;
    bool in_group = false;
    bool armed = false;  // a poll found nothing since the last wake-up
    std::mutex wake_mutex;
    std::function<void()> wake;

    void call() {
        const std::lock_guard lock(wake_mutex);
        if (wake) wake();
    }
};

}  // namespace flightcast::eventlog::local
