// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "sqlite/database.h"
#include "store/outcome_store.h"

namespace flightcast::store::sqlite {

// Outcomes in a table of a SQLite file, which may be the log's. Look-ups run on a thread of the
// store's, so that a slow disk never stops the caller.
//
// Thread-safety: any thread may call any member.
class SqliteStore final : public OutcomeStore {
  public:
    // Opens or creates the table in `file`. Errc::io, Errc::corrupt, Errc::unsupported (a newer
    // file), each naming it. REQUIRES: `clock` outlives the store.
    [[nodiscard]] static base::Result<std::unique_ptr<SqliteStore>> open(
        const std::filesystem::path& file, const base::Clock& clock
    );
    ~SqliteStore() override;

    base::Result<std::vector<Refusal>> put(const std::vector<flight::Outcome>& outcomes) override;
    void find(const base::Uuid& id, FindDone done) override;
    base::Result<std::int64_t> count() override;

    base::Result<void> reach() override { return {}; }
    base::Result<std::size_t> trim(base::WallTime oldest, std::size_t outcomes_max) override;
    [[nodiscard]] bool is_distant() const override { return false; }

  private:
    using Database = flightcast::sqlite::Database;
    using Statement = flightcast::sqlite::Statement;
    struct Lookup {
        base::Uuid id;
        FindDone done;
    };

    SqliteStore(Database writer, Database reader, const base::Clock& clock);
    base::Result<void> prepare();
    base::Result<std::optional<StoredOutcome>> look_up(const base::Uuid& id);
    void serve_lookups();

    const base::Clock& clock_;
    std::mutex writer_mutex_;
    Database writer_;   // guarded by writer_mutex_
    Statement insert_;  // guarded by writer_mutex_
    Database reader_;   // the look-up thread's
    Statement select_;  // the look-up thread's
    base::BoundedQueue<Lookup> lookups_;
    std::thread thread_;
};

}  // namespace flightcast::store::sqlite
