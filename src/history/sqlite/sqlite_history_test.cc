// SPDX-License-Identifier: Apache-2.0
#include "history/sqlite/sqlite_history.h"

#include "base/temporary_folder.h"
#include "history/conformance_testing.h"

namespace flightcast::history {
namespace {

class SqliteFixture final : public HistoryFixture {
  public:
    SqliteFixture() { reopen(); }
    HistoryStore& store() override { return *store_; }
    void reopen() override {
        store_.reset();
        store_ = sqlite::SqliteHistory::open(folder_.path() / "history.db", clock_).value();
    }
    base::ManualClock* clock() override { return &clock_; }

  private:
    base::ManualClock clock_;
    base::TemporaryFolder folder_;
    std::unique_ptr<sqlite::SqliteHistory> store_;
};

std::unique_ptr<HistoryFixture> make_sqlite_fixture() {
    return std::make_unique<SqliteFixture>();
}

INSTANTIATE_TEST_SUITE_P(Sqlite, HistoryConformance, testing::Values(make_sqlite_fixture));

// Goal: another program can read what is kept; of a file without these tables it is told so, and
// nothing is made in it.
TEST(SqliteHistory, IsReadByOthers) {
    const base::TemporaryFolder folder;
    const base::ManualClock clock;
    const auto file = folder.path() / "flightcast.db";
    ASSERT_TRUE(flightcast::sqlite::Database::open(file)->run("CREATE TABLE component(x)"));
    const auto none = sqlite::SqliteHistory::open_read_only(file, clock);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, base::Errc::not_found);
    ASSERT_TRUE(flightcast::sqlite::Database::open(file)->run("DROP TABLE component"));
    const auto rows = random_rows(10, 3);
    const auto writer = sqlite::SqliteHistory::open(file, clock).value();
    ASSERT_TRUE(writer->put_evaluations(rows));
    const auto reader = sqlite::SqliteHistory::open_read_only(file, clock);
    ASSERT_TRUE(reader) << reader.error().detail;
    EXPECT_EQ((*reader)->day_sums(0, 100'000), sums_of(rows));
    EXPECT_FALSE((*reader)->page(List::evaluations, "nowhere", 1));
}

// Goal: the figures beside the sums are those that follow from them, for people who read the table.
TEST(SqliteHistory, TellsFiguresToPeople) {
    const base::TemporaryFolder folder;
    const base::ManualClock clock;
    const auto file = folder.path() / "flightcast.db";
    const auto rows = random_rows(50, 5);
    const auto store = sqlite::SqliteHistory::open(file, clock).value();
    ASSERT_TRUE(store->put_evaluations(rows));
    auto database = flightcast::sqlite::Database::open(file, {.read_only = true}).value();
    auto select = database
                      .prepare(
                          "SELECT judged, CAST(accuracy AS REAL) * judged + 0.5 FROM "
                          "evaluation_day ORDER BY day, model"
                      )
                      .value();
    for (const DaySums& day : sums_of(rows)) {
        ASSERT_TRUE(select.step().value());
        const figures::Figures figures = day.sums.tally.figures();
        std::size_t right = 0;
        for (std::size_t c = 0; c < flight::kClassCount; ++c) right += figures.confusion[c][c];
        EXPECT_EQ(select.integer(0), static_cast<std::int64_t>(figures.rows));
        EXPECT_EQ(select.integer(1), static_cast<std::int64_t>(right));
    }
}

}  // namespace
}  // namespace flightcast::history
