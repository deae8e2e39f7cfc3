// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/uuid.h"
#include "eventlog/record.h"
#include "experiment/sequence.h"
#include "experiment/shadow_record.h"
#include "judging/evaluation.h"

namespace flightcast::experiment {

// Losses of two models on the same flights, by the hour in which the truth was reported: of each
// request that one of them answered and the other one answered in the shadow. Records may come
// twice and in any order; a corrected truth counts instead of the one before.
//
// Thread-safety: one thread.
class Pairs {
  public:
    void take(const ShadowRecord& record, eventlog::RecordTime appended);
    void take(const judging::Evaluation& evaluation);

    // The hours of the pair that are over (a later one has begun), of requests that were answered
    // in the shadow since then, to the minute. In order. Hours are those of the truth, which is
    // told by reports; `since` is a time of the log: in a replay the two have nothing in common.
    [[nodiscard]] std::vector<HourSums> hours(
        const std::string& challenger, const std::string& champion, eventlog::RecordTime since
    ) const;

    // The newest hour in which a truth was reported.
    [[nodiscard]] Hour newest() const { return newest_; }

    // Shadow answers that were forgotten before their truth came, to stay within
    // limits::kEvaluatorBytesMax.
    [[nodiscard]] std::size_t forgotten() const { return forgotten_; }

  private:
    using Key = std::pair<std::string, std::string>;  // in order
    using Minute = std::chrono::sys_time<std::chrono::minutes>;
    struct Sums {
        std::int64_t flights = 0;
        double first = 0;
        double second = 0;
        std::int64_t by_first = 0;  // flights whose clients the first one answered
    };
    struct Entry {
        std::vector<ShadowAnswer> answers{};
        bool has_answers = false;
        bool is_judged = false;
        std::int32_t revision = 0;
        Minute answered{};
        Hour hour{};
        std::string model{};
        flight::Probabilities probabilities{};
        std::size_t observed = 0;
    };

    Entry& entry_of(const base::Uuid& id);
    void count(const Entry& entry, int sign);
    void forget();

    std::unordered_map<base::Uuid, Entry> entries_;
    std::deque<base::Uuid> order_;
    std::map<Key, std::map<std::pair<Hour, Minute>, Sums>> pairs_;
    Hour newest_{};
    std::size_t forgotten_ = 0;
};

}  // namespace flightcast::experiment
