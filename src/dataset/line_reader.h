// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

struct gzFile_s;

namespace flightcast::dataset {

// Reads a text file line by line, plain or compressed with gzip (told apart by its first bytes). A
// line is at most limits::kCsvLineBytesMax long.
//
// Thread-safety: one thread per object.
class LineReader {
  public:
    // Fails with not_found or io; the detail names the file.
    [[nodiscard]] static base::Result<LineReader> open(const std::filesystem::path& path);

    // The next line without its "\n" or "\r\n", which the caller may overwrite; valid until the
    // next call. Nothing at the end of the file. Fails with corrupt when the line is too long or
    // the compressed data is damaged or cut off.
    [[nodiscard]] base::Result<std::optional<std::span<char>>> next();

    // The number of the line that `next` gave last, from 1.
    [[nodiscard]] std::size_t line_number() const { return line_number_; }

  private:
    struct Close {
        void operator()(gzFile_s* file) const;
    };

    LineReader(std::string name, gzFile_s* file);
    [[nodiscard]] base::Result<bool> read_more();

    std::string name_;
    std::unique_ptr<gzFile_s, Close> file_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;  // of the bytes in buffer_ that were not handed out yet
    std::size_t end_ = 0;
    bool at_end_ = false;
    std::size_t line_number_ = 0;
};

}  // namespace flightcast::dataset
