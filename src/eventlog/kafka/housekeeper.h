// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "eventlog/kafka/lost_places.h"
#include "eventlog/kafka/topic_directory.h"
#include "eventlog/kafka/wake_slot.h"

namespace flightcast::eventlog::kafka {

// A thread that mostly sleeps. It asks the brokers from time to time which topics and partitions
// there are, finds lost places, and lets readers poll even when nothing comes: by that Kafka sees
// that they live.
//
// Thread-safety: any thread may call any member.
class Housekeeper {
  public:
    // REQUIRES: `directory` outlives it.
    explicit Housekeeper(TopicDirectory& directory);
    ~Housekeeper();

    // Its places are looked for after hurry(), and its slot is called when that is done.
    void add_reader(std::weak_ptr<WakeSlot> slot, std::weak_ptr<LostPlaces> places);

    // Asks the brokers soon instead of in a while.
    void hurry();

  private:
    struct Reader {
        std::weak_ptr<WakeSlot> slot;
        std::weak_ptr<LostPlaces> places;
    };

    void run();
    std::vector<Reader> readers();
    bool find_places();
    void wake_readers();

    TopicDirectory& directory_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Reader> readers_;  // guarded by mutex_
    bool in_a_hurry_ = false;      // guarded by mutex_
    bool stopping_ = false;        // guarded by mutex_

    std::thread thread_;
};

}  // namespace flightcast::eventlog::kafka
