// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"

namespace flightcast::app::serve {

// A file or folder that stays open, and with it the lock on it.
class LockedFile {
  public:
    LockedFile() = default;
    explicit LockedFile(int file) : file_(file) {}
    ~LockedFile();
    LockedFile(LockedFile&& other) noexcept;
    LockedFile& operator=(LockedFile&& other) noexcept;

    [[nodiscard]] int file() const { return file_; }

  private:
    int file_ = -1;  // none
};

// The folder in which one server keeps its data, made when missing and locked against a second one
// for as long as this object lives, by whatever path that reaches it. The folder itself is locked,
// and a file in it, which names the process and is all that programs up to 0.1 look at. The locks
// are the kernel's: they go with the process, however that ends.
//
// Thread-safety: one thread at a time.
class DataFolder {
  public:
    // Errc::already_exists names the process that holds it; Errc::io says why it cannot be used.
    [[nodiscard]] static base::Result<DataFolder> open(const std::filesystem::path& path);

    // Whether the path still leads to this folder, and the lock file is there; one that was deleted
    // is made again. Errc::io when another folder or none is there, Errc::already_exists when
    // another process took the lock file's place.
    [[nodiscard]] base::Result<void> check();

    // The file that holds log and store.
    [[nodiscard]] std::filesystem::path database() const { return path_ / "flightcast.db"; }

    // The file that holds this server's secret (app/serve/secret.h).
    [[nodiscard]] std::filesystem::path secret() const { return path_ / "secret"; }

    // The file that tells commands of this machine where the server of this folder answers.
    [[nodiscard]] std::filesystem::path server_url() const { return path_ / "server-url"; }

    // The file that holds its admin token, for the commands of the same user.
    [[nodiscard]] std::filesystem::path admin_token() const { return path_ / "admin-token"; }

  private:
    explicit DataFolder(std::filesystem::path path) : path_(std::move(path)) {}
    base::Result<void> lock_folder(LockedFile& locked, const std::filesystem::path& folder) const;
    base::Result<void> lock_database_folder();
    base::Result<void> lock_file();
    [[nodiscard]] base::Error in_use() const;

    std::filesystem::path path_;
    LockedFile folder_;
    LockedFile database_folder_;  // when flightcast.db is a link into another folder
    LockedFile lock_;
};

}  // namespace flightcast::app::serve
