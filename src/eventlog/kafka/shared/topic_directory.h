// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/kafka/client/trouble.h"
#include "eventlog/kafka/producer/producer.h"

namespace flightcast::eventlog::kafka {

// Which topics there are and how many partitions each has, as the brokers last said: so that
// appending to a topic that does not exist can be refused at once, and new partitions are noticed.
//
// Thread-safety: any thread may call any member.
class TopicDirectory {
  public:
    // REQUIRES: `producer` and `trouble` outlive the directory.
    TopicDirectory(const Producer& producer, Trouble& trouble)
        : producer_(producer), trouble_(trouble) {}

    // Whether records may be appended to `topic`, from memory. Errc::not_found when the brokers do
    // not know it, what they last said when they refuse it, Errc::unavailable while none has ever
    // answered. A topic that is not known is asked for in the next refresh().
    [[nodiscard]] base::Result<void> check(const std::string& topic);

    // The number of partitions, from memory.
    [[nodiscard]] std::optional<std::int32_t> partitions_of(const std::string& topic) const;

    // The number of partitions, from the brokers. Errc::not_found, or why none answered.
    base::Result<std::int32_t> look_up(
        const std::string& topic, std::chrono::milliseconds patience
    );

    // Where a partition begins and ends, from the broker that leads it.
    base::Result<PartitionRange> range(
        const TopicPartition& at, std::chrono::milliseconds patience
    ) const;

    // Whether brokers last refused the topic for lack of a right; and the place to note that.
    [[nodiscard]] bool is_denied(const std::string& topic) const;
    void note_answer(const std::string& topic, rd_kafka_resp_err_t code);

    // The names of all topics, from the brokers.
    base::Result<std::vector<std::string>> names(std::chrono::milliseconds patience);

    // Asks the brokers again for what is in use. False when none answered in time.
    bool refresh(std::chrono::milliseconds patience);

  private:
    const Producer& producer_;
    Trouble& trouble_;

    mutable std::mutex mutex_;
    bool contacted_ = false;                                // guarded by mutex_
    std::map<std::string, std::int32_t, std::less<>> all_;  // guarded by mutex_
    std::set<std::string, std::less<>> used_;               // guarded by mutex_: asked for by name
    // Of those in use, what the brokers have against them: that the user has no right, for example.
    std::map<std::string, base::Error, std::less<>> refused_;  // guarded by mutex_
    std::set<std::string, std::less<>> denied_;  // guarded by mutex_: for lack of a right
};

}  // namespace flightcast::eventlog::kafka
