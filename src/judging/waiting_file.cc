// SPDX-License-Identifier: Apache-2.0
//
// Tables: flight(key, touched_ms, predictions, judged, unmatched, bytes) and prediction(id, key).
#include "judging/waiting_file.h"

#include <algorithm>
#include <functional>
#include <span>
#include <system_error>
#include <utility>

namespace flightcast::judging {

using base::Errc;
using base::Result;
using flightcast::sqlite::Database;
using flightcast::sqlite::Statement;
using flightcast::sqlite::Transaction;

namespace {

constexpr std::size_t kFilterWords = 1U << 19U;  // 4 MiB: three million keys, and few mistakes
constexpr int kFilterHashes = 4;
constexpr std::size_t kRowBytes = 120;  // of a flight in the file, besides its own
constexpr std::size_t kIdBytes = 110;

// It need not survive anything, so nothing is flushed and nothing can be rolled back after a crash.
constexpr const char* kWaitingSchema = R"(
    PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA cache_size=-8000;
    CREATE TABLE flight(
        key TEXT PRIMARY KEY, touched_ms INTEGER NOT NULL, predictions INTEGER NOT NULL,
        judged INTEGER NOT NULL, unmatched INTEGER NOT NULL, bytes BLOB NOT NULL);
    CREATE INDEX flight_touched ON flight(touched_ms);
    CREATE TABLE prediction(id BLOB PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX prediction_key ON prediction(key);
)";

std::uint64_t hash_of_key(std::string_view key) {
    return std::hash<std::string_view>{}(key);
}

std::uint64_t hash_of_id(const base::Uuid& id) {
    return std::hash<base::Uuid>{}(id) * 0x9e37'79b9'7f4a'7c15U;
}

std::size_t bytes_of(const PutAway& flight) {
    return kRowBytes + 2 * flight.key.size() + flight.bytes.size() + flight.ids.size() * kIdBytes;
}

std::span<const std::uint8_t> bytes_span(const std::string& bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace

PutAwayCounts& PutAwayCounts::operator+=(const PutAwayCounts& other) {
    predictions += other.predictions;
    judged += other.judged;
    unmatched += other.unmatched;
    return *this;
}

WaitingFile::WaitingFile(std::filesystem::path file, std::size_t bytes_max)
    : file_(std::move(file)), bytes_max_(bytes_max), filter_(kFilterWords) {}

WaitingFile::~WaitingFile() {
    for (Statement* const statement :
         {&insert_, &insert_id_, &find_, &find_ids_, &find_key_, &remove_, &remove_ids_}) {
        *statement = Statement();
    }
    database_.reset();
    remove_files();
}

void WaitingFile::remove_files() const {
    std::error_code ignored;
    for (const char* beside : {"", "-wal", "-shm", "-journal"}) {
        std::filesystem::remove(file_.string() + beside, ignored);
    }
}

Result<std::unique_ptr<WaitingFile>> WaitingFile::open(
    std::filesystem::path file, std::size_t bytes_max
) {
    std::unique_ptr<WaitingFile> opened(new WaitingFile(std::move(file), bytes_max));
    opened->remove_files();
    FC_TRY(opened->database_, Database::open(opened->file_));
    FC_TRY_VOID(opened->prepare());
    return opened;
}

Result<void> WaitingFile::prepare() {
    FC_TRY_VOID(database_->run(kWaitingSchema));
    FC_TRY(insert_, database_->prepare("INSERT INTO flight VALUES(?, ?, ?, ?, ?, ?)"));
    FC_TRY(insert_id_, database_->prepare("INSERT OR REPLACE INTO prediction VALUES(?, ?)"));
    FC_TRY(
        find_,
        database_->prepare(
            "SELECT touched_ms, predictions, judged, unmatched, bytes FROM flight WHERE key = ?"
        )
    );
    FC_TRY(find_ids_, database_->prepare("SELECT id FROM prediction WHERE key = ?"));
    FC_TRY(find_key_, database_->prepare("SELECT key FROM prediction WHERE id = ?"));
    FC_TRY(remove_, database_->prepare("DELETE FROM flight WHERE key = ?"));
    FC_TRY(remove_ids_, database_->prepare("DELETE FROM prediction WHERE key = ?"));
    return {};
}

bool WaitingFile::may_have(std::uint64_t hash) const {
    for (int i = 0; i < kFilterHashes; ++i) {
        const std::uint64_t bit = hash % (kFilterWords * 64);
        if ((filter_[bit / 64] >> (bit % 64) & 1U) == 0) return false;
        hash = hash * 0x9e37'79b9'7f4a'7c15U + 0x1234'5678'9abc'def1U;
        hash ^= hash >> 29U;
    }
    return true;
}

void WaitingFile::note(std::uint64_t hash) {
    for (int i = 0; i < kFilterHashes; ++i) {
        const std::uint64_t bit = hash % (kFilterWords * 64);
        filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
        hash = hash * 0x9e37'79b9'7f4a'7c15U + 0x1234'5678'9abc'def1U;
        hash ^= hash >> 29U;
    }
}

void WaitingFile::forget_if_empty() {
    if (flights_ > 0) return;
    filter_.assign(kFilterWords, 0);
    bytes_ = 0;
}

Result<void> WaitingFile::insert(const PutAway& flight) {
    insert_.bind_borrowed(1, flight.key);
    insert_.bind(2, flight.touched_ms);
    insert_.bind(3, flight.counts.predictions);
    insert_.bind(4, flight.counts.judged);
    insert_.bind(5, flight.counts.unmatched);
    insert_.bind_blob(6, bytes_span(flight.bytes));
    FC_TRY_VOID(insert_.run());
    for (const base::Uuid& id : flight.ids) {
        insert_id_.bind_blob(1, id.bytes);
        insert_id_.bind_borrowed(2, flight.key);
        FC_TRY_VOID(insert_id_.run());
    }
    return {};
}

Result<void> WaitingFile::put(const std::vector<PutAway>& flights) {
    std::size_t bytes = 0;
    for (const PutAway& flight : flights) bytes += bytes_of(flight);
    if (bytes_ + bytes > bytes_max_) {
        return base::fail(Errc::full, file_.string() + " has the size that it may have");
    }
    FC_TRY(Transaction transaction, Transaction::begin(*database_));
    for (const PutAway& flight : flights) FC_TRY_VOID(insert(flight));
    FC_TRY_VOID(transaction.commit());
    for (const PutAway& flight : flights) {
        note(hash_of_key(flight.key));
        for (const base::Uuid& id : flight.ids) note(hash_of_id(id));
        counts_ += flight.counts;
    }
    flights_ += flights.size();
    bytes_ += bytes;
    return {};
}

Result<void> WaitingFile::remove(const PutAway& flight) {
    FC_TRY(Transaction transaction, Transaction::begin(*database_));
    remove_.bind_borrowed(1, flight.key);
    FC_TRY_VOID(remove_.run());
    remove_ids_.bind_borrowed(1, flight.key);
    FC_TRY_VOID(remove_ids_.run());
    FC_TRY_VOID(transaction.commit());
    counts_ +=
        {.predictions = -flight.counts.predictions,
         .judged = -flight.counts.judged,
         .unmatched = -flight.counts.unmatched};
    --flights_;
    bytes_ -= std::min(bytes_, bytes_of(flight));
    forget_if_empty();
    return {};
}

Result<std::optional<PutAway>> WaitingFile::take(std::string_view key) {
    if (flights_ == 0 || !may_have(hash_of_key(key))) return std::nullopt;
    PutAway flight{.key = std::string(key)};
    find_.bind_borrowed(1, key);
    const Result<bool> found = find_.step();
    if (found && *found) {
        flight.touched_ms = find_.integer(0);
        flight.counts = {
            .predictions = find_.integer(1),
            .judged = find_.integer(2),
            .unmatched = find_.integer(3)
        };
        flight.bytes = find_.text(4);
    }
    find_.reset();
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    find_ids_.bind_borrowed(1, key);
    Result<bool> more = find_ids_.step();
    for (; more && *more; more = find_ids_.step()) {
        const std::string bytes = find_ids_.text(0);
        base::Uuid id;
        std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
        flight.ids.push_back(id);
    }
    find_ids_.reset();
    if (!more) return std::unexpected(more.error());
    FC_TRY_VOID(remove(flight));
    return flight;
}

Result<std::optional<PutAway>> WaitingFile::take(const base::Uuid& id) {
    if (flights_ == 0 || !may_have(hash_of_id(id))) return std::nullopt;
    find_key_.bind_blob(1, id.bytes);
    const Result<bool> found = find_key_.step();
    const std::string key = found && *found ? find_key_.text(0) : std::string();
    find_key_.reset();
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    return take(key);
}

Result<PutAwayCounts> WaitingFile::remove_before(std::int64_t touched_ms) {
    PutAwayCounts removed;
    if (flights_ == 0) return removed;
    FC_TRY(
        Statement count,
        database_->prepare(
            "SELECT ifnull(sum(predictions), 0), ifnull(sum(judged), 0), "
            "ifnull(sum(unmatched), 0), count(*), ifnull(sum(length(bytes)), 0) "
            "FROM flight WHERE touched_ms < ?"
        )
    );
    count.bind(1, touched_ms);
    FC_TRY(const bool has_row, count.step());
    static_cast<void>(has_row);  // An aggregate always has one.
    removed = {
        .predictions = count.integer(0), .judged = count.integer(1), .unmatched = count.integer(2)
    };
    const auto flights = static_cast<std::size_t>(count.integer(3));
    const auto bytes = static_cast<std::size_t>(count.integer(4)) + flights * kRowBytes;
    count.reset();
    if (flights == 0) return removed;
    FC_TRY(Transaction transaction, Transaction::begin(*database_));
    for (const char* sql :
         {"DELETE FROM prediction WHERE key IN (SELECT key FROM flight WHERE touched_ms < ?)",
          "DELETE FROM flight WHERE touched_ms < ?"}) {
        FC_TRY(Statement remove, database_->prepare(sql));
        remove.bind(1, touched_ms);
        FC_TRY_VOID(remove.run());
    }
    FC_TRY_VOID(transaction.commit());
    counts_ +=
        {.predictions = -removed.predictions,
         .judged = -removed.judged,
         .unmatched = -removed.unmatched};
    flights_ -= flights;
    bytes_ -= std::min(bytes_, bytes);
    forget_if_empty();
    return removed;
}

}  // namespace flightcast::judging
