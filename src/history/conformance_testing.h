// SPDX-License-Identifier: Apache-2.0
//
// The duties of every history store. A store's test makes a HistoryFixture and instantiates:
//
//     INSTANTIATE_TEST_SUITE_P(Memory, HistoryConformance, testing::Values(make_memory_fixture));
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "history/history_store.h"

namespace flightcast::history {

// One store under test.
class HistoryFixture {
  public:
    virtual ~HistoryFixture() = default;
    [[nodiscard]] virtual HistoryStore& store() = 0;

    // Closes the store and opens it again.
    virtual void reopen() = 0;

    // Moves the store's time; null when the store removes old rows by a time of its own.
    [[nodiscard]] virtual base::ManualClock* clock() { return nullptr; }
};

using MakeHistoryFixture = std::function<std::unique_ptr<HistoryFixture>()>;

class HistoryConformance : public testing::TestWithParam<MakeHistoryFixture> {
  protected:
    void SetUp() override { fixture_ = GetParam()(); }
    [[nodiscard]] HistoryStore& store() { return fixture_->store(); }

    // All rows of a list, read in pages of a few.
    std::vector<std::string> all(List list);
    std::vector<DaySums> all_sums();

    std::unique_ptr<HistoryFixture> fixture_;
};

// Evaluations of a few days, models and verdicts, with corrections in their order; each row's text
// is its record's. Seeded.
[[nodiscard]] std::vector<EvaluationRow> random_rows(std::size_t predictions, std::uint32_t seed);

// The sums that follow from all of `rows`, told once and in their order.
[[nodiscard]] std::vector<DaySums> sums_of(const std::vector<EvaluationRow>& rows);

}  // namespace flightcast::history
