// SPDX-License-Identifier: Apache-2.0
#include "history/memory/memory_history.h"

#include "history/conformance_testing.h"

namespace flightcast::history {
namespace {

class MemoryFixture final : public HistoryFixture {
  public:
    HistoryStore& store() override { return store_; }
    void reopen() override {}  // Nothing to close: the memory ends with the object.
    base::ManualClock* clock() override { return &clock_; }

  private:
    base::ManualClock clock_;
    memory::MemoryHistory store_{clock_};
};

std::unique_ptr<HistoryFixture> make_memory_fixture() {
    return std::make_unique<MemoryFixture>();
}

// Goal: the store of tests has the duties of all.
INSTANTIATE_TEST_SUITE_P(Memory, HistoryConformance, testing::Values(make_memory_fixture));

}  // namespace
}  // namespace flightcast::history
