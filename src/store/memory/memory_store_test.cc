// SPDX-License-Identifier: Apache-2.0
#include "store/memory/memory_store.h"

#include "store/conformance_testing.h"

namespace flightcast::store {
namespace {

class MemoryFixture final : public StoreFixture {
  public:
    OutcomeStore& store() override { return store_; }
    void reopen() override {}  // Nothing to close: the memory ends with the object.
    base::ManualClock* clock() override { return &clock_; }

  private:
    base::ManualClock clock_;
    memory::MemoryStore store_{clock_};
};

std::unique_ptr<StoreFixture> make_memory_fixture() {
    return std::make_unique<MemoryFixture>();
}

INSTANTIATE_TEST_SUITE_P(Memory, StoreConformance, testing::Values(make_memory_fixture));

}  // namespace
}  // namespace flightcast::store
