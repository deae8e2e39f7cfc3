// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sqlite/open_files.h"

struct sqlite3;
struct sqlite3_stmt;

// The small part of SQLite that the log and the store need, with results instead of codes.
namespace flightcast::sqlite {

class Database;

// One prepared statement. Bind all parameters (from 1), step until no row is left, reset.
//
// Thread-safety: that of its database.
class Statement {
  public:
    Statement() = default;

    // Each copies its argument, except `bind_borrowed`: that text must stay until reset().
    void bind(int index, std::int64_t value);
    void bind(int index, const std::optional<std::string>& text_or_null);
    void bind_borrowed(int index, std::string_view text);
    void bind_blob(int index, std::span<const std::uint8_t> bytes);

    // True: a row is there. False: done.
    [[nodiscard]] base::Result<bool> step();

    // Runs a statement that gives no rows, and resets it.
    [[nodiscard]] base::Result<void> run();
    void reset();

    // Columns of the current row, from 0. Texts are copies.
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::optional<std::string> text_or_null(int column) const;

    // The bytes of a column, until the next step() or reset().
    [[nodiscard]] std::string_view borrowed(int column) const;

  private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

struct OpenOptions {
    bool read_only = false;
    int busy_timeout_ms = 5'000;
};

// One connection to a database file in write-ahead mode.
//
// Thread-safety: one thread at a time.
class Database {
  public:
    // Errc::io with the file's name and the system's reason; Errc::corrupt if it is not a database.
    [[nodiscard]] static base::Result<Database> open(
        const std::filesystem::path& file, OpenOptions options = {}
    );

    [[nodiscard]] base::Result<Statement> prepare(std::string_view sql);

    // Runs statements without parameters and rows.
    [[nodiscard]] base::Result<void> run(const std::string& sql);

    // From now on, whether the files are still those that the next process will open is looked at:
    // by check_files() and by Transaction::commit_for_good(). REQUIRES: the database was written
    // to.
    [[nodiscard]] base::Result<void> guard_files();

    // Errc::io when the files are gone, or were when commit_for_good() looked.
    [[nodiscard]] base::Result<void> check_files();

    // Whether something can be written and flushed now, without waiting for other programs: it
    // writes, and changes nothing.
    [[nodiscard]] base::Result<void> try_to_write();

    // How long a write waits, from now on, for another program that holds the file.
    void wait_for_others(int patience_ms);

    // After a flush that failed, anywhere in this process, and at first: writes the write-ahead log
    // again, since the system may have taken for written what is not. Every transaction on guarded
    // files begins so; for those who copy the log without one. REQUIRES: the files are guarded.
    [[nodiscard]] base::Result<void> make_flushes_good();

    // The error for `what` after a call failed. Errc::full: no room on the disk, or for this file;
    // Errc::corrupt; Errc::unavailable: another program holds the file; else Errc::io.
    [[nodiscard]] base::Error last_error(std::string_view what) const;

    [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

  private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    [[nodiscard]] base::Result<void> check_room() const;
    [[nodiscard]] bool is_cut() const;
    [[nodiscard]] base::Result<void> flush_log_again();
    friend class Transaction;

    std::unique_ptr<sqlite3, Close> handle_;
    std::string file_;
    int busy_timeout_ms_ = 0;
    // Of the failed ones in this process. None: what an earlier process left may not be flushed.
    std::optional<std::uint64_t> flushes_made_good_;
    std::optional<OpenFiles> files_;   // when they are guarded
    std::optional<base::Error> lost_;  // since a commit went into files that were gone
};

// Rolls back when it goes out of scope without commit(). On guarded files it begins with a
// write-ahead log that is flushed as far as flushes before it were wanted (make_flushes_good()).
class Transaction {
  public:
    [[nodiscard]] static base::Result<Transaction> begin(Database& database);
    ~Transaction();
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    [[nodiscard]] base::Result<void> commit();

    // The same, and makes sure that it went into the files that the next process will open. After
    // an error nothing is there for it; if the files went while it committed, nothing is committed
    // any more until the program starts again. REQUIRES: the files are guarded.
    [[nodiscard]] base::Result<void> commit_for_good();

  private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;
};

// Brings the tables of one component of the file up to date: `steps[i]` leads from version i to
// i + 1. Errc::unsupported when the file was made by a newer program than this.
[[nodiscard]] base::Result<void> migrate(
    Database& database, const std::string& component, std::span<const char* const> steps
);

}  // namespace flightcast::sqlite
