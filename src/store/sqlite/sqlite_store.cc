// SPDX-License-Identifier: Apache-2.0
//
// Table: outcome(place, id, kind, json, stored_ms), one row for each id and kind; kind 0 is a
// prediction, so that it sorts before a failure. Rows stand in the order of their arrival: ids
// are random, and a table sorted by them would write a page for every outcome. The index on them is
// small enough for several of a batch to share a page.
#include "store/sqlite/sqlite_store.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "base/planted_bug.h"
#include "flight/precedence.h"

namespace flightcast::store::sqlite {

using base::Errc;
using base::Result;
using flight::OutcomeKind;
using flightcast::sqlite::Database;
using flightcast::sqlite::Statement;
using flightcast::sqlite::Transaction;

namespace {

constexpr std::array kSchema = {
    R"(CREATE TABLE outcome(
           id BLOB NOT NULL, kind INTEGER NOT NULL, json TEXT NOT NULL, stored_ms INTEGER NOT NULL,
           PRIMARY KEY(id, kind)) WITHOUT ROWID;
       CREATE INDEX outcome_stored ON outcome(stored_ms);)",
    R"(ALTER TABLE outcome RENAME TO outcome_by_id;
       DROP INDEX outcome_stored;
       CREATE TABLE outcome(
           place INTEGER PRIMARY KEY, id BLOB NOT NULL, kind INTEGER NOT NULL, json TEXT NOT NULL,
           stored_ms INTEGER NOT NULL);
       INSERT INTO outcome(id, kind, json, stored_ms)
           SELECT id, kind, json, stored_ms FROM outcome_by_id ORDER BY stored_ms;
       DROP TABLE outcome_by_id;
       CREATE UNIQUE INDEX outcome_id ON outcome(id, kind);)",
};

// As the table has it: the place in the order of precedence, so that `ORDER BY kind` finds the
// outcome that counts.
constexpr std::int64_t code_of(OutcomeKind kind) {
    return std::ranges::find(flight::kKindsByPrecedence, kind) - flight::kKindsByPrecedence.begin();
}
static_assert(code_of(OutcomeKind::prediction) == 0 && code_of(OutcomeKind::failure) == 1);

std::int64_t milliseconds_of(base::WallTime time) {
    return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

}  // namespace

SqliteStore::SqliteStore(Database writer, Database reader, const base::Clock& clock)
    : clock_(clock),
      writer_(std::move(writer)),
      reader_(std::move(reader)),
      lookups_(base::limits::kStoreQueueMax) {}

Result<void> SqliteStore::prepare() {
    FC_TRY(
        insert_,
        writer_.prepare(
            std::string(
                base::is_planted(base::PlantedBug::store_replaces_outcomes) ? "INSERT OR REPLACE"
                                                                            : "INSERT OR IGNORE"
            ) +
            " INTO outcome(id, kind, json, stored_ms) VALUES(?, ?, ?, ?)"
        )
    );
    FC_TRY(
        select_,
        reader_.prepare("SELECT kind, json FROM outcome WHERE id = ? ORDER BY kind LIMIT 1")
    );
    thread_ = std::thread([this] { serve_lookups(); });
    return {};
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(
    const std::filesystem::path& file, const base::Clock& clock
) {
    FC_TRY(Database writer, Database::open(file));
    // Outcomes can be copied again from the log, so they need not wait for the disk.
    // The cache holds the index on a million ids: 16 MB, when so many are looked at.
    FC_TRY_VOID(writer.run(
        "PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000"
    ));
    FC_TRY_VOID(flightcast::sqlite::migrate(writer, "store", kSchema));
    FC_TRY_VOID(writer.guard_files());
    FC_TRY(Database reader, Database::open(file, {.read_only = true}));
    std::unique_ptr<SqliteStore> store(
        new SqliteStore(std::move(writer), std::move(reader), clock)
    );
    FC_TRY_VOID(store->prepare());
    return store;
}

SqliteStore::~SqliteStore() {
    lookups_.close();
    if (thread_.joinable()) thread_.join();
}

Result<std::vector<Refusal>> SqliteStore::put(const std::vector<flight::Outcome>& outcomes) {
    if (outcomes.empty()) return std::vector<Refusal>{};
    const std::int64_t now = milliseconds_of(clock_.wall_now());
    const std::lock_guard lock(writer_mutex_);
    FC_TRY(Transaction transaction, Transaction::begin(writer_));
    for (const flight::Outcome& outcome : outcomes) {
        insert_.bind_blob(1, outcome.id.bytes);
        insert_.bind(2, code_of(outcome.kind));
        insert_.bind_borrowed(3, outcome.json);
        insert_.bind(4, now);
        FC_TRY_VOID(insert_.run());
    }
    FC_TRY_VOID(transaction.commit_for_good());
    return std::vector<Refusal>{};
}

void SqliteStore::find(const base::Uuid& id, FindDone done) {
    Lookup lookup{id, std::move(done)};
    switch (lookups_.push(lookup)) {
        case base::PushOutcome::accepted:
            return;
        case base::PushOutcome::full:
            lookup.done(base::fail(Errc::full, "too many look-ups wait for the store"));
            return;
        case base::PushOutcome::closed:
            lookup.done(base::fail(Errc::closed, "the store is shutting down"));
            return;
    }
}

Result<std::optional<StoredOutcome>> SqliteStore::look_up(const base::Uuid& id) {
    select_.bind_blob(1, id.bytes);
    const Result<bool> found = select_.step();
    std::optional<StoredOutcome> result;
    if (found && *found) {
        const OutcomeKind kind = select_.integer(0) == code_of(OutcomeKind::prediction)
                                     ? OutcomeKind::prediction
                                     : OutcomeKind::failure;
        result = StoredOutcome{
            .outcome = {.id = id, .kind = kind, .json = select_.text(1)},
            .document_id = std::nullopt
        };
    }
    select_.reset();
    if (!found) return std::unexpected(found.error());
    return result;
}

void SqliteStore::serve_lookups() {
    while (true) {
        std::deque<Lookup> batch = lookups_.wait_all();
        if (batch.empty()) return;
        for (Lookup& lookup : batch) lookup.done(look_up(lookup.id));
    }
}

Result<std::int64_t> SqliteStore::count() {
    const std::lock_guard lock(writer_mutex_);
    FC_TRY(Statement count, writer_.prepare("SELECT count(*) FROM outcome"));
    FC_TRY(const bool found, count.step());
    return found ? count.integer(0) : 0;
}

Result<std::size_t> SqliteStore::trim(base::WallTime oldest, std::size_t outcomes_max) {
    const std::lock_guard lock(writer_mutex_);
    FC_TRY(
        Statement remove,
        writer_.prepare(
            // The oldest rows are first, so looking at those few is enough.
            "DELETE FROM outcome WHERE place IN (SELECT place FROM outcome ORDER BY place LIMIT ?) "
            "AND stored_ms < ? RETURNING 1"
        )
    );
    remove.bind(1, static_cast<std::int64_t>(outcomes_max));
    remove.bind(2, milliseconds_of(oldest));
    std::size_t removed = 0;
    while (true) {
        FC_TRY(const bool more, remove.step());
        if (!more) return removed;
        ++removed;
    }
}

}  // namespace flightcast::store::sqlite
