// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/sqlite_store.h"

#include <filesystem>

#include "base/clock.h"
#include "base/temporary_folder.h"
#include "store/conformance_testing.h"

namespace flightcast::store {
namespace {

class SqliteFixture final : public StoreFixture {
  public:
    SqliteFixture() { reopen(); }
    OutcomeStore& store() override { return *store_; }
    void reopen() override {
        store_.reset();
        store_ = sqlite::SqliteStore::open(folder_.path() / "store.db", clock).value();
    }
    sqlite::SqliteStore& sqlite() { return *store_; }
    base::ManualClock clock;

  private:
    base::TemporaryFolder folder_;
    std::unique_ptr<sqlite::SqliteStore> store_;
};

std::unique_ptr<StoreFixture> make_sqlite_fixture() {
    return std::make_unique<SqliteFixture>();
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance, testing::Values(make_sqlite_fixture));

// Goal: retention removes what was stored before a time, in steps no larger than asked for.
TEST(SqliteStore, TrimsWhatIsOld) {
    SqliteFixture fixture;
    base::SeededRandom random(4);
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(fixture.store().put(
            {{.id = base::Uuid::random(random),
              .kind = flight::OutcomeKind::prediction,
              .json = "{}"}}
        ));
        fixture.clock.advance(std::chrono::hours(1));
    }
    const base::WallTime oldest = fixture.clock.wall_now() - std::chrono::minutes(90);
    EXPECT_EQ(fixture.sqlite().trim(oldest, 3), 3U);
    EXPECT_EQ(fixture.sqlite().trim(oldest, 3), 1U);
    EXPECT_EQ(fixture.sqlite().trim(oldest, 3), 0U);
    EXPECT_EQ(fixture.store().count(), 1);
}

}  // namespace
}  // namespace flightcast::store
