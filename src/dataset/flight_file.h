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
#include "dataset/bytes/head_source.h"
#include "dataset/bytes/json_objects.h"
#include "dataset/bytes/line_reader.h"
#include "dataset/row/flight_layout.h"

namespace flightcast::dataset {

// One row of a file, still in one piece.
struct RowText {
    std::span<char> text;  // may be overwritten; valid until the next row is read
    std::size_t line = 0;  // of the file, from 1, on which it begins
};

// A file of flights: CSV with a line of column names, JSON lines, or a JSON array of objects; see
// bytes/open_text.h for packings and encodings.
//
// Thread-safety: one thread per object.
class FlightFile {
  public:
    // Fails as open_text does, and with invalid_argument for an empty file and for columns that
    // FlightLayout refuses.
    [[nodiscard]] static base::Result<FlightFile> open(
        const std::filesystem::path& path, const ReadOptions& options
    );

    // The same of text that was opened already, which errors call `name`.
    [[nodiscard]] static base::Result<FlightFile> open(
        std::unique_ptr<bytes::HeadSource> text, std::string name, const ReadOptions& options
    );

    // The next row, blank lines left out; nothing at the end. Fails with corrupt when a line is too
    // long or the data are damaged or cut off.
    [[nodiscard]] base::Result<std::optional<RowText>> next();

    // How its rows are to be taken apart; never null.
    [[nodiscard]] const std::shared_ptr<const FlightLayout>& layout() const { return layout_; }

    // True when the last row has no line break behind it, so that it may have been cut off.
    [[nodiscard]] bool is_unfinished() const { return lines_.is_unfinished(); }

    // The name of the file in errors.
    [[nodiscard]] const std::string& name() const { return lines_.name(); }

    // The part of the file that was read so far, 0 .. 1.
    [[nodiscard]] double share_read() const { return lines_.share_read(); }

  private:
    FlightFile(bytes::LineReader lines, bytes::JsonObjects* objects)
        : objects_(objects), lines_(std::move(lines)) {}

    base::Result<void> read_header(const ReadOptions& options);

    bytes::JsonObjects* objects_;  // in lines_; null unless the file has objects over several lines
    bytes::LineReader lines_;
    std::shared_ptr<const FlightLayout> layout_;
};

// Checks that each of `files` can be opened and has the columns that are needed, so that a long run
// does not end at its last file. Pipes are left alone, since they can be read once only. Fails as
// FlightFile::open does, and with invalid_argument when "-" is named twice.
[[nodiscard]] base::Result<void> check_files(
    std::span<const std::filesystem::path> files, const ReadOptions& options
);

// The files that are named more than once, each once; also by another path to the same file.
[[nodiscard]] std::vector<std::filesystem::path> repeated_files(
    std::span<const std::filesystem::path> files
);

}  // namespace flightcast::dataset
