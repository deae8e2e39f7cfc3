// SPDX-License-Identifier: Apache-2.0
#include "sqlite/database.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/limits.h"

namespace flightcast::sqlite {

using base::Errc;
using base::fail;
using base::Result;

namespace {

// Less than this is no room for the records of a moment.
constexpr std::uintmax_t kRoomWanted = 1'048'576;

// Of a log that is written again.
constexpr int kWrittenAtOnce = 65'536;

// What the system said last about the database file or its log.
bool has_system_error(sqlite3* handle, int which, auto is_wanted) {
    sqlite3_file* file = nullptr;
    int error = 0;
    return sqlite3_file_control(handle, "main", which, static_cast<void*>(&file)) == SQLITE_OK &&
           file != nullptr && file->pMethods != nullptr &&
           file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error) == SQLITE_OK &&
           is_wanted(error);
}

// No room: on the disk, for this user, or for a file of this size.
bool is_without_room(sqlite3* handle, int code) {
    if (code == SQLITE_FULL) return true;
    if (code != SQLITE_IOERR) return false;
    const auto is_room = [](int error) {
        return error == ENOSPC || error == EDQUOT || error == EFBIG;
    };
    return has_system_error(handle, SQLITE_FCNTL_JOURNAL_POINTER, is_room) ||
           has_system_error(handle, SQLITE_FCNTL_FILE_POINTER, is_room);
}

// Flushes that failed in this process, on whichever connection. After one, the system takes the
// pages for written: no later flush writes them, and those that a commit stands on may be among
// them.
std::atomic<std::uint64_t>& failed_flushes() {
    static std::atomic<std::uint64_t> count = 0;
    return count;
}

bool write_again(sqlite3_file& file) {
    sqlite3_int64 size = 0;
    if (file.pMethods->xFileSize(&file, &size) != SQLITE_OK) return false;
    std::vector<char> bytes(kWrittenAtOnce);
    for (sqlite3_int64 at = 0; at < size; at += kWrittenAtOnce) {
        const int count = static_cast<int>(std::min<sqlite3_int64>(kWrittenAtOnce, size - at));
        if (file.pMethods->xRead(&file, bytes.data(), count, at) != SQLITE_OK) return false;
        if (file.pMethods->xWrite(&file, bytes.data(), count, at) != SQLITE_OK) return false;
    }
    return true;
}

void note_failed_flush(sqlite3* handle) {
    const int code = sqlite3_extended_errcode(handle);
    if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) ++failed_flushes();
}

base::Error error_of(sqlite3* handle, std::string_view what) {
    if (handle != nullptr) note_failed_flush(handle);
    const int code = handle == nullptr ? SQLITE_NOMEM : sqlite3_errcode(handle) & 0xFF;
    std::string detail(what);
    detail += ": ";
    detail += handle == nullptr ? "out of memory" : sqlite3_errmsg(handle);
    if (handle != nullptr && is_without_room(handle, code)) {
        return {Errc::full, detail + "; free some space on this disk"};
    }
    switch (code) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {Errc::corrupt, detail + "; restore it from a backup or move it away"};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {Errc::unavailable, detail + "; another program holds the file"};
        case SQLITE_READONLY:
            return {Errc::io, detail + "; make the file and its folder writable"};
        default:
            return {Errc::io, std::move(detail)};
    }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

void Statement::bind(int index, std::int64_t value) {
    FC_CHECK(sqlite3_bind_int64(statement_.get(), index, value) == SQLITE_OK);
}

void Statement::bind(int index, const std::optional<std::string>& text_or_null) {
    if (!text_or_null) {
        FC_CHECK(sqlite3_bind_null(statement_.get(), index) == SQLITE_OK);
        return;
    }
    FC_CHECK(
        sqlite3_bind_text64(
            statement_.get(),
            index,
            text_or_null->data(),
            text_or_null->size(),
            SQLITE_TRANSIENT,
            SQLITE_UTF8
        ) == SQLITE_OK
    );
}

void Statement::bind_borrowed(int index, std::string_view text) {
    FC_CHECK(
        sqlite3_bind_text64(
            statement_.get(), index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8
        ) == SQLITE_OK
    );
}

void Statement::bind_blob(int index, std::span<const std::uint8_t> bytes) {
    FC_CHECK(
        sqlite3_bind_blob64(
            statement_.get(), index, bytes.data(), bytes.size(), SQLITE_TRANSIENT
        ) == SQLITE_OK
    );
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    sqlite3* const handle = sqlite3_db_handle(statement_.get());
    const char* const file = sqlite3_db_filename(handle, "main");
    return std::unexpected(
        error_of(handle, std::string("cannot work with ") + (file == nullptr ? "it" : file))
    );
}

Result<void> Statement::run() {
    Result<bool> stepped = step();
    reset();
    if (!stepped) return std::unexpected(std::move(stepped).error());
    return {};
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::borrowed(int column) const {
    const void* const bytes = sqlite3_column_blob(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    if (bytes == nullptr) return {};
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

std::string Statement::text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return bytes == nullptr ? std::string() : std::string(bytes, size);
}

std::optional<std::string> Statement::text_or_null(int column) const {
    if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
    return text(column);
}

// After a flush that failed the log stays as it is: the next process flushes it, and then copies
// it.
void Database::Close::operator()(sqlite3* handle) const {
    if (failed_flushes() > 0) {
        sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
    sqlite3_close_v2(handle);
}

Result<Database> Database::open(const std::filesystem::path& file, OpenOptions options) {
    Database database;
    database.file_ = file.string();
    const int flags =
        options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    sqlite3* handle = nullptr;
    const int code =
        sqlite3_open_v2(database.file_.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    database.handle_.reset(handle);
    if (code != SQLITE_OK) return std::unexpected(database.last_error("cannot open"));
    database.busy_timeout_ms_ = options.busy_timeout_ms;
    sqlite3_busy_timeout(handle, options.busy_timeout_ms);
    if (!options.read_only) {
        const std::string bytes = std::to_string(base::limits::kWalBytesKept);
        FC_TRY_VOID(database.run("PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=" + bytes));
    }
    return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v3(
        handle_.get(),
        sql.data(),
        static_cast<int>(sql.size()),
        SQLITE_PREPARE_PERSISTENT,
        &prepared,
        nullptr
    );
    if (code != SQLITE_OK) return std::unexpected(last_error("cannot prepare a statement for"));
    Statement statement;
    statement.statement_.reset(prepared);
    return statement;
}

Result<void> Database::run(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return std::unexpected(last_error("cannot work with"));
    }
    return {};
}

Result<void> Database::guard_files() {
    FC_TRY(files_, OpenFiles::note(file_));
    return {};
}

// Writes the log's own bytes over themselves and flushes them: those that the system took for
// written are written after all. Not a checkpoint: cut short, that would leave pages in the
// database file whose frames the log has not.
Result<void> Database::flush_log_again() {
    const std::uint64_t failures = failed_flushes();
    if (!files_ || failures == flushes_made_good_) return {};
    sqlite3_file* log = nullptr;
    const int found = sqlite3_file_control(
        handle_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&log)
    );
    const bool is_written = found == SQLITE_OK && log != nullptr && log->pMethods != nullptr &&
                            write_again(*log) && log->pMethods->xSync(log, SQLITE_SYNC_FULL) == 0;
    if (!is_written) {
        ++failed_flushes();
        return fail(
            Errc::io,
            file_ +
                ": a flush to the disk failed, and so does writing its log again; look after "
                "the disk"
        );
    }
    flushes_made_good_ = failures;
    return {};
}

Result<void> Database::make_flushes_good() {
    if (failed_flushes() == flushes_made_good_) return {};
    FC_TRY(Transaction transaction, Transaction::begin(*this));
    return transaction.commit();
}

// Whether the database file has fewer pages than its first one says. It is read through SQLite's
// own file.
bool Database::is_cut() const {
    constexpr std::size_t kPageCountAt = 28;
    constexpr std::uint64_t kPageBytes = 4'096;
    std::array<unsigned char, kPageCountAt + 4> head{};
    sqlite3_file* file = nullptr;
    const bool is_read =
        sqlite3_file_control(
            handle_.get(), "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file)
        ) == SQLITE_OK &&
        file != nullptr && file->pMethods != nullptr &&
        file->pMethods->xRead(file, head.data(), static_cast<int>(head.size()), 0) == SQLITE_OK;
    if (!is_read) return true;
    std::uint64_t pages = 0;
    for (std::size_t i = kPageCountAt; i < head.size(); ++i) pages = pages << 8U | head[i];
    return files_->bytes() < pages * kPageBytes;
}

// A page fits into what the log has already where a batch of records does not.
Result<void> Database::check_room() const {
    std::error_code ignored;
    const auto space = std::filesystem::space(file_, ignored);
    if (ignored || space.available >= kRoomWanted) return {};
    return fail(
        Errc::full,
        "the disk of " + file_ + " has only " + std::to_string(space.available) +
            " bytes left; free some space on this disk"
    );
}

Result<void> Database::check_files() {
    if (lost_) return std::unexpected(*lost_);
    if (!files_) return {};
    FC_TRY_VOID(files_->check());
    if (!files_->has_shrunk() || !is_cut()) return {};
    lost_ = base::Error{
        Errc::corrupt,
        file_ +
            " was cut while it was in use: its records are gone; restore it from a backup or "
            "move it away, and start again"
    };
    return std::unexpected(*lost_);
}

Result<void> Database::try_to_write() {
    FC_TRY_VOID(check_files());
    FC_TRY_VOID(check_room());
    sqlite3_busy_timeout(handle_.get(), 0);
    Result<Transaction> transaction = Transaction::begin(*this);
    sqlite3_busy_timeout(handle_.get(), busy_timeout_ms_);
    if (!transaction) return std::unexpected(transaction.error());
    // What it is already; the page is written all the same.
    FC_TRY_VOID(run("PRAGMA user_version=0"));
    return transaction->commit();
}

void Database::wait_for_others(int patience_ms) {
    if (patience_ms == busy_timeout_ms_) return;
    busy_timeout_ms_ = patience_ms;
    sqlite3_busy_timeout(handle_.get(), patience_ms);
}

base::Error Database::last_error(std::string_view what) const {
    return error_of(handle_.get(), std::string(what) + " " + file_);
}

Result<Transaction> Transaction::begin(Database& database) {
    FC_TRY_VOID(database.run("BEGIN IMMEDIATE"));
    Transaction transaction(database);
    FC_TRY_VOID(database.flush_log_again());
    return transaction;
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
    if (database_ != nullptr) {
        // A failed statement may have rolled back already; then there is nothing left to do.
        if (sqlite3_get_autocommit(database_->handle()) == 0) {
            const Result<void> ignored = database_->run("ROLLBACK");
            static_cast<void>(ignored);
        }
    }
}

Result<void> Transaction::commit() {
    FC_TRY_VOID(database_->run("COMMIT"));
    database_ = nullptr;
    return {};
}

Result<void> Transaction::commit_for_good() {
    Database& database = *database_;
    FC_CHECK(database.files_.has_value());
    FC_TRY_VOID(database.check_files());
    FC_TRY_VOID(commit());
    const Result<void> kept = database.check_files();
    if (!kept) database.lost_ = kept.error();
    return kept;
}

Result<void> migrate(
    Database& database, const std::string& component, std::span<const char* const> steps
) {
    FC_TRY(Transaction transaction, Transaction::begin(database));
    FC_TRY_VOID(database.run(
        "CREATE TABLE IF NOT EXISTS component(name TEXT PRIMARY KEY, version INTEGER NOT NULL)"
    ));
    FC_TRY(Statement select, database.prepare("SELECT version FROM component WHERE name = ?"));
    select.bind(1, component);
    FC_TRY(const bool found, select.step());
    const std::int64_t version = found ? select.integer(0) : 0;
    select.reset();
    if (version > static_cast<std::int64_t>(steps.size())) {
        return fail(
            Errc::unsupported,
            "the " + component + " tables have version " + std::to_string(version) +
                ", made by a newer flightcast; this one knows " + std::to_string(steps.size()) +
                ": use the newer program"
        );
    }
    for (auto i = static_cast<std::size_t>(version); i < steps.size(); ++i) {
        FC_TRY_VOID(database.run(steps[i]));
    }
    FC_TRY(
        Statement update,
        database.prepare("INSERT OR REPLACE INTO component(name, version) VALUES(?, ?)")
    );
    update.bind(1, component);
    update.bind(2, static_cast<std::int64_t>(steps.size()));
    FC_TRY_VOID(update.run());
    return transaction.commit();
}

}  // namespace flightcast::sqlite
