// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"
#include "history/history_store.h"

namespace flightcast::history {

using DaySumsDone = std::move_only_function<void(base::Result<std::vector<DaySums>>)>;

// Asks for the sums of the days from `first` to `last`. `done` is called once, perhaps before this
// returns, perhaps on another thread.
using AskDaySums = std::function<void(std::int32_t first, std::int32_t last, DaySumsDone done)>;

// Asks a history store on a thread of its own, so that a slow disk or server never stops the
// caller. Its end waits for the question under way; the others are answered Errc::closed.
//
// Thread-safety: any thread may call any member.
class HistoryDesk {
  public:
    // REQUIRES: `store` outlives the desk.
    explicit HistoryDesk(HistoryStore& store);
    ~HistoryDesk();
    HistoryDesk(const HistoryDesk&) = delete;
    HistoryDesk& operator=(const HistoryDesk&) = delete;

    // As AskDaySums. Errc::full: too many wait already.
    void day_sums(std::int32_t first, std::int32_t last, DaySumsDone done);

  private:
    struct Question {
        std::int32_t first = 0;
        std::int32_t last = 0;
        DaySumsDone done;
    };

    void serve();

    HistoryStore& store_;
    std::atomic<bool> closing_ = false;
    base::BoundedQueue<Question> questions_;
    std::thread thread_;
};

}  // namespace flightcast::history
