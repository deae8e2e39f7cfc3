// SPDX-License-Identifier: Apache-2.0
//
// SQLite's backup copies all pages in one step: then it holds a read transaction for as long, which
// in write-ahead mode stops no writer, and never begins anew because one has written.
#include "sqlite/copy.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "sqlite/database.h"

namespace flightcast::sqlite {

using base::Errc;
using base::fail;
using base::Result;

namespace {

struct CloseHandle {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
};

Errc kind_of(int code) {
    if (code == SQLITE_FULL) return Errc::full;
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) return Errc::corrupt;
    return Errc::io;
}

Result<void> flush(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return fail(Errc::io, path.string() + ": cannot be opened to flush it");
    const int result = ::fsync(file);
    ::close(file);
    if (result != 0) return fail(Errc::io, path.string() + ": cannot be flushed to the disk");
    return {};
}

}  // namespace

Result<void> copy_database(
    const std::filesystem::path& source, const std::filesystem::path& target
) {
    if (!std::filesystem::exists(source)) {
        return fail(Errc::not_found, source.string() + ": there is no database");
    }
    FC_TRY(Database from, Database::open(source, {.read_only = true}));
    sqlite3* opened = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const int open_code = sqlite3_open_v2(target.c_str(), &opened, flags, nullptr);
    std::unique_ptr<sqlite3, CloseHandle> to(opened);
    const auto failed = [&target, &to](int code) {
        return fail(kind_of(code), target.string() + ": " + sqlite3_errmsg(to.get()));
    };
    if (open_code != SQLITE_OK) return failed(open_code);
    sqlite3_backup* const backup = sqlite3_backup_init(to.get(), "main", from.handle(), "main");
    if (backup == nullptr) return failed(sqlite3_errcode(to.get()));
    const int step_code = sqlite3_backup_step(backup, -1);
    const int end_code = sqlite3_backup_finish(backup);
    if (step_code != SQLITE_DONE) return failed(step_code);
    if (end_code != SQLITE_OK) return failed(end_code);
    // The copy says of itself that a write-ahead log belongs to it; this takes that back.
    const int mode_code =
        sqlite3_exec(to.get(), "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr);
    if (mode_code != SQLITE_OK) return failed(mode_code);
    to.reset();
    return flush(target);
}

Result<void> check_database(const std::filesystem::path& file) {
    FC_TRY(Database database, Database::open(file, {.read_only = true}));
    FC_TRY(Statement check, database.prepare("PRAGMA integrity_check(1)"));
    FC_TRY(const bool row, check.step());
    const std::string told = row ? check.text(0) : "no answer";
    if (told != "ok") return fail(Errc::corrupt, file.string() + ": is damaged: " + told);
    return {};
}

}  // namespace flightcast::sqlite
