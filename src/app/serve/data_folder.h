// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"

namespace flightcast::app::serve {

// The folder in which one server keeps its data, made when missing and locked against a second one
// for as long as this object lives. The lock is the kernel's: it goes with the process, however
// that ends.
class DataFolder {
  public:
    // Errc::already_exists names the process that holds it; Errc::io says why it cannot be used.
    [[nodiscard]] static base::Result<DataFolder> open(const std::filesystem::path& path);
    ~DataFolder();
    DataFolder(DataFolder&& other) noexcept;
    DataFolder& operator=(DataFolder&& other) noexcept;

    // The file that holds log and store.
    [[nodiscard]] std::filesystem::path database() const { return path_ / "flightcast.db"; }

    // The file that holds this server's secret (app/serve/secret.h).
    [[nodiscard]] std::filesystem::path secret() const { return path_ / "secret"; }

  private:
    DataFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::filesystem::path path_;
    int lock_;  // a file descriptor; -1 after a move
};

}  // namespace flightcast::app::serve
