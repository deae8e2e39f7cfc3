// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/sqlite_store.h"

#include <filesystem>
#include <future>

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
        store_ = sqlite::SqliteStore::open(folder_.path() / "store.db", clock_).value();
    }
    base::ManualClock* clock() override { return &clock_; }

  private:
    base::ManualClock clock_;
    base::TemporaryFolder folder_;
    std::unique_ptr<sqlite::SqliteStore> store_;
};

std::unique_ptr<StoreFixture> make_sqlite_fixture() {
    return std::make_unique<SqliteFixture>();
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance, testing::Values(make_sqlite_fixture));

// The tables as the first version made them, with one outcome.
void write_first_version(const std::filesystem::path& file, const base::Uuid& id) {
    auto database = flightcast::sqlite::Database::open(file).value();
    ASSERT_TRUE(database.run(
        "CREATE TABLE component(name TEXT PRIMARY KEY, version INTEGER NOT NULL);"
        "INSERT INTO component VALUES('store', 1);"
        "CREATE TABLE outcome(id BLOB NOT NULL, kind INTEGER NOT NULL, json TEXT NOT NULL, "
        "stored_ms INTEGER NOT NULL, PRIMARY KEY(id, kind)) WITHOUT ROWID;"
        "CREATE INDEX outcome_stored ON outcome(stored_ms);"
    ));
    auto insert = database.prepare("INSERT INTO outcome VALUES(?, 0, '{\"a\":1}', 5)").value();
    insert.bind_blob(1, id.bytes);
    ASSERT_TRUE(insert.run());
}

// Goal: a store of the first version is brought up to date with all it holds, and still takes the
// first outcome of an id only.
TEST(SqliteStore, KeepsWhatTheFirstVersionStored) {
    const base::TemporaryFolder folder;
    const base::ManualClock clock;
    base::SeededRandom random(7);
    const base::Uuid id = base::Uuid::random(random);
    write_first_version(folder.path() / "store.db", id);
    const auto store = sqlite::SqliteStore::open(folder.path() / "store.db", clock);
    ASSERT_TRUE(store) << store.error().detail;
    const auto kind = flight::OutcomeKind::prediction;
    ASSERT_TRUE((*store)->put({{.id = id, .kind = kind, .json = "{\"a\":2}"}}));
    EXPECT_EQ((*store)->count(), 1);
    std::promise<std::string> found;
    (*store)->find(id, [&](base::Result<std::optional<StoredOutcome>> result) {
        found.set_value(result && *result ? (*result)->outcome.json : "nothing");
    });
    EXPECT_EQ(found.get_future().get(), "{\"a\":1}");
}

}  // namespace
}  // namespace flightcast::store
