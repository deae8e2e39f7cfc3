// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace flightcast::sqlite {

// A file as it stands at a path: the same bytes under the same name, or another.
class FileIdentity {
  public:
    FileIdentity() = default;
    explicit FileIdentity(const struct stat& status)
        : device_(status.st_dev), inode_(status.st_ino) {}
    bool operator==(const FileIdentity&) const = default;

  private:
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

// The files of a database as they were when it was opened. A process works on with files that
// were deleted, moved, replaced or cut meanwhile; the next one will not find what was written
// since.
//
// Thread-safety: one thread at a time.
class OpenFiles {
  public:
    // Notes what stands at `file`, and beside it as the write-ahead log and its index.
    // REQUIRES: a connection has written to the database.
    [[nodiscard]] static base::Result<OpenFiles> note(const std::filesystem::path& file);
    ~OpenFiles();
    OpenFiles(OpenFiles&& other) noexcept;
    OpenFiles& operator=(OpenFiles&& other) noexcept;

    // Errc::io names the first of the files that is not the one that was opened, or that was cut.
    [[nodiscard]] base::Result<void> check();

    // The database file is shorter than when it was looked at last, which VACUUM may explain.
    [[nodiscard]] bool has_shrunk() const { return has_shrunk_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  private:
    struct File {
        std::string path;
        FileIdentity identity;
    };
    static constexpr std::size_t kWalHeaderBytes = 32;
    using WalHeader = std::array<unsigned char, kWalHeaderBytes>;

    OpenFiles() = default;
    base::Result<void> check_wal(std::uint64_t bytes);

    std::array<File, 3> files_;  // the database, its log, its index
    int wal_ = -1;               // SQLite has no lock on it that closing would lose
    std::uint64_t bytes_ = 0;
    bool has_shrunk_ = false;
    std::uint64_t wal_bytes_ = 0;
    WalHeader wal_header_{};
};

}  // namespace flightcast::sqlite
