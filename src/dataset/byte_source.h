// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "base/result.h"

namespace flightcast::dataset {

// The bytes of a file, decompressed, from front to back.
//
// Thread-safety: one thread per object.
class ByteSource {
  public:
    virtual ~ByteSource() = default;

    // Fills the front of `bytes`, at least one of them, and gives how many; 0 at the end. Fails
    // with corrupt when the compressed data is damaged or cut off, io when it cannot be read.
    //
    // REQUIRES: `bytes` is not empty.
    [[nodiscard]] virtual base::Result<std::size_t> read(std::span<char> bytes) = 0;

    // The part of the file itself that was read so far, 0 .. 1; 0 when its size is not known.
    [[nodiscard]] virtual double share_read() const = 0;
};

// Opens a file that is plain, compressed with gzip or bzip2, or a zip archive with one data file in
// it; its first bytes tell which. Of several files in an archive the only one that ends in .csv,
// .json or .jsonl counts (the Bureau's archives hold a readme.html, too).
//
// Fails with not_found or io, or with invalid_argument for an archive without a data file or with
// several; the detail names the file.
[[nodiscard]] base::Result<std::unique_ptr<ByteSource>> open_bytes(
    const std::filesystem::path& path
);

}  // namespace flightcast::dataset
