// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace flightcast::app::cli {

// Text that goes to a file, or to standard output for "-". A file is there whole or not at all: it
// is written under a new name beside its place, and is removed unless keep() was called.
//
// Thread-safety: one thread at a time.
class OutputFile {
  public:
    // Fails with io.
    [[nodiscard]] static base::Result<OutputFile> open(const std::filesystem::path& path);

    // The same, or nothing for an empty path.
    [[nodiscard]] static base::Result<std::optional<OutputFile>> open_if_named(
        const std::filesystem::path& path
    );

    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    ~OutputFile();

    // Fails with io, as on a full disk.
    [[nodiscard]] base::Result<void> write(std::string_view text);

    // Writes out the buffer and puts the file in its place, where it replaces an older one.
    // Fails with io.
    [[nodiscard]] base::Result<void> keep();

  private:
    struct Close {
        void operator()(std::FILE* file) const;
    };

    OutputFile(std::filesystem::path path, std::filesystem::path partial, std::FILE* file);
    [[nodiscard]] std::unexpected<base::Error> failed(int reason) const;

    std::filesystem::path path_;
    std::filesystem::path partial_;  // empty when there is nothing to remove
    std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace flightcast::app::cli
