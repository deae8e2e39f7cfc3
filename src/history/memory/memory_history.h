// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "history/history_store.h"

namespace flightcast::history::memory {

// For tests: all of it in memory.
//
// Thread-safety: any thread may call any member.
class MemoryHistory final : public HistoryStore {
  public:
    // REQUIRES: `clock` outlives the store.
    explicit MemoryHistory(const base::Clock& clock) : clock_(clock) {}

    base::Result<void> put_arrivals(const std::vector<ArrivalRow>& rows) override;
    base::Result<void> put_evaluations(const std::vector<EvaluationRow>& rows) override;
    base::Result<std::vector<DaySums>> day_sums(std::int32_t first, std::int32_t last) override;
    base::Result<Page> page(List list, std::string_view from, std::size_t records_max) override;
    base::Result<std::size_t> trim(const Oldest& oldest, std::size_t rows_max) override;
    [[nodiscard]] bool is_distant() const override { return false; }

    // The next `count` puts fail, after they have stored one row: as when the engine goes away.
    void fail_puts(std::size_t count);

  private:
    struct Arrival {
        ArrivalRow row;
        base::WallTime stored;
        std::size_t place = 0;
    };
    struct Evaluation {
        EvaluationRow row;
        performance::Counted counted;
        base::WallTime stored;
        std::size_t place = 0;
    };
    using EvaluationKey = std::pair<base::Uuid, std::string>;

    [[nodiscard]] bool must_fail(std::size_t stored);
    void put(const EvaluationRow& row);
    void put(const ArrivalRow& row);

    const base::Clock& clock_;
    std::mutex mutex_;
    // All guarded by mutex_.
    std::map<std::string, Arrival> arrivals_;
    std::map<EvaluationKey, Evaluation> evaluations_;
    std::map<std::pair<std::int32_t, std::string>, performance::ModelSums> sums_;
    std::size_t places_ = 0;
    std::size_t puts_to_fail_ = 0;
};

}  // namespace flightcast::history::memory
