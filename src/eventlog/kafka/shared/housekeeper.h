// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "eventlog/kafka/shared/topic_directory.h"

namespace flightcast::eventlog::kafka {

// A thread that mostly sleeps. It asks the brokers from time to time which topics and partitions
// there are.
//
// Thread-safety: any thread may call any member.
class Housekeeper {
  public:
    // REQUIRES: `directory` outlives it.
    explicit Housekeeper(TopicDirectory& directory);
    ~Housekeeper();

    // Asks the brokers soon instead of in a while.
    void hurry();

  private:
    void run();

    TopicDirectory& directory_;

    std::mutex mutex_;
    std::condition_variable changed_;
    bool in_a_hurry_ = false;  // guarded by mutex_
    bool stopping_ = false;    // guarded by mutex_

    std::thread thread_;
};

}  // namespace flightcast::eventlog::kafka
