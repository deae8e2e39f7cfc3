// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataset/bytes/byte_source.h"

namespace flightcast::dataset::bytes {

// Reads text line by line. A line is at most limits::kCsvLineBytesMax long.
//
// Thread-safety: one thread per object.
class LineReader {
  public:
    // Reads from `source`, which is called `name` in errors.
    LineReader(std::string name, Source source);

    // The next line without its "\n" or "\r\n", which the caller may overwrite; valid until the
    // next call. Nothing at the end of the file. Fails with corrupt when the line is too long or
    // the compressed data is damaged or cut off.
    [[nodiscard]] base::Result<std::optional<std::span<char>>> next();

    // Gives the line that `next` gave last once more.
    void repeat() { repeat_ = true; }

    // The number of the line that `next` gave last, from 1.
    [[nodiscard]] std::size_t line_number() const { return line_number_; }

    // True when the line that `next` gave last has no line break behind it: the file's last, which
    // may have been cut off.
    [[nodiscard]] bool is_unfinished() const { return unfinished_; }

    // The name of the file in errors.
    [[nodiscard]] const std::string& name() const { return name_; }

    // The part of the file that was read so far, 0 .. 1.
    [[nodiscard]] double share_read() const { return source_->share_read(); }

  private:
    [[nodiscard]] base::Result<bool> read_more();
    [[nodiscard]] std::unexpected<base::Error> too_long() const;

    std::string name_;
    Source source_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;  // of the bytes in buffer_ that were not handed out yet
    std::size_t end_ = 0;
    bool at_end_ = false;
    bool unfinished_ = false;
    bool repeat_ = false;
    std::span<char> line_;
    std::size_t line_number_ = 0;
};

}  // namespace flightcast::dataset::bytes
