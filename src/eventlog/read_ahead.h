// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "eventlog/replay.h"

namespace flightcast::eventlog {

// A replay's reader that reads on a thread of its own what was there when it was opened, a few
// batches ahead: so the one that takes the records and the one that gets them off the disk work
// beside each other, and a thread that has clients to serve never waits for the disk. Behind that
// place, and after an error, it reads as the reader itself does, and the thread has ended.
//
// Thread-safety: as Reader's.
class ReadAhead final : public Reader {
  public:
    // `replay` with such a reader. REQUIRES: batch > 0.
    [[nodiscard]] static Replay wrap(Replay replay, std::size_t batch);
    ~ReadAhead() override;
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    // The batches have the size that the thread reads, unless `records_max` is smaller.
    base::Result<std::vector<Record>> poll(std::size_t records_max) override;
    void on_ready(std::function<void()> wake) override;
    [[nodiscard]] std::vector<Position> positions() const override;

  private:
    // Read, with the place behind it.
    struct Batch {
        base::Result<std::vector<Record>> records;
        std::vector<Position> next;
    };

    ReadAhead(Replay replay, std::size_t batch);
    void run();
    void note_news();
    [[nodiscard]] bool wait_for_room();
    void hand_over(Batch batch, bool is_last);
    void end_thread();

    const std::size_t batch_;
    const std::vector<Position> until_;
    std::unique_ptr<Reader> inner_;    // the thread's until it has ended
    std::vector<Position> positions_;  // the caller's, as `rest_`
    std::vector<Record> rest_;         // of a batch that was larger than asked for
    std::vector<Position> rest_next_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Batch> batches_;  // guarded by mutex_, as all below
    bool is_done_ = false;       // the thread reads no more
    bool is_closing_ = false;
    bool has_news_ = false;  // of the inner reader

    std::mutex wake_mutex_;
    std::function<void()> wake_;  // guarded by wake_mutex_
    std::thread thread_;
};

}  // namespace flightcast::eventlog
