// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "history/history_store.h"
#include "sqlite/database.h"

namespace flightcast::history::sqlite {

// Arrivals, evaluations and daily sums in tables of a SQLite file, which may be the log's. The sums
// change in the same transaction as the rows that they are of.
//
// Thread-safety: any thread may call any member.
class SqliteHistory final : public HistoryStore {
  public:
    // Opens or creates the tables in `file`. Errc::io, Errc::corrupt, Errc::unsupported (a newer
    // file), each naming it. REQUIRES: `clock` outlives the store.
    [[nodiscard]] static base::Result<std::unique_ptr<SqliteHistory>> open(
        const std::filesystem::path& file, const base::Clock& clock
    );

    // The same to read: put and trim fail. Errc::not_found: the file has no such tables yet.
    [[nodiscard]] static base::Result<std::unique_ptr<SqliteHistory>> open_read_only(
        const std::filesystem::path& file, const base::Clock& clock
    );

    base::Result<void> put_arrivals(const std::vector<ArrivalRow>& rows) override;
    base::Result<void> put_evaluations(const std::vector<EvaluationRow>& rows) override;
    base::Result<std::vector<DaySums>> day_sums(std::int32_t first, std::int32_t last) override;
    base::Result<Page> page(List list, std::string_view from, std::size_t records_max) override;
    base::Result<std::size_t> trim(const Oldest& oldest, std::size_t rows_max) override;
    [[nodiscard]] bool is_distant() const override { return false; }

  private:
    using Database = flightcast::sqlite::Database;
    using Statement = flightcast::sqlite::Statement;
    using SumsByDay = std::map<std::pair<std::int32_t, std::string>, performance::ModelSums>;

    SqliteHistory(const base::Clock& clock, Database writer, Database reader);
    base::Result<void> prepare();
    [[nodiscard]] std::int64_t now_ms() const;
    base::Result<void> put(const EvaluationRow& row, SumsByDay& sums);
    base::Result<void> insert(const EvaluationRow& row, const performance::Counted& counted);
    base::Result<performance::ModelSums*> sums_of(
        std::int32_t day, const std::string& model, SumsByDay& sums
    );
    base::Result<void> store(const SumsByDay& sums);
    base::Result<std::size_t> trim_table(
        const char* table, base::WallTime oldest, std::size_t rows_max
    );

    const base::Clock& clock_;
    std::mutex writer_mutex_;
    Database writer_;  // this and the statements that follow: guarded by writer_mutex_
    Statement put_arrival_;
    Statement find_evaluation_;
    Statement insert_evaluation_;
    Statement update_evaluation_;
    Statement find_sums_;
    Statement put_sums_;
    std::mutex reader_mutex_;
    Database reader_;  // guarded by reader_mutex_
};

}  // namespace flightcast::history::sqlite
