// SPDX-License-Identifier: Apache-2.0
//
// The duties of every outcome store. A store's test makes a StoreFixture and instantiates:
//
//     INSTANTIATE_TEST_SUITE_P(Memory, StoreConformance, testing::Values(make_memory_fixture));
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "store/outcome_store.h"

namespace flightcast::store {

// One store under test.
class StoreFixture {
  public:
    virtual ~StoreFixture() = default;
    [[nodiscard]] virtual OutcomeStore& store() = 0;

    // Closes the store and opens it again.
    virtual void reopen() = 0;

    // Moves the store's time; null when the store removes old outcomes by a time of its own.
    [[nodiscard]] virtual base::ManualClock* clock() { return nullptr; }
};

using MakeStoreFixture = std::function<std::unique_ptr<StoreFixture>()>;

class StoreConformance : public testing::TestWithParam<MakeStoreFixture> {
  protected:
    void SetUp() override { fixture_ = GetParam()(); }
    [[nodiscard]] OutcomeStore& store() { return fixture_->store(); }

    // Looks up and waits for the answer.
    std::optional<flight::Outcome> find(const base::Uuid& id);

    std::unique_ptr<StoreFixture> fixture_;
};

}  // namespace flightcast::store
