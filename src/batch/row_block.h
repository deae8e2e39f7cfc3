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
#include "dataset/flight_file.h"

namespace flightcast::batch {

// Some neighbouring rows of one file: one thread works on it. Keeps its memory when it is filled
// again.
struct RowBlock {
    struct Row {
        std::size_t begin = 0;  // in `text`
        std::size_t size = 0;
        std::size_t line = 0;  // of the file, from 1
    };

    std::string file;  // without its folder; "-" for standard input
    std::shared_ptr<const dataset::FlightLayout> layout;
    std::vector<char> text;
    std::vector<Row> rows;
    bool is_unfinished = false;  // the last row has no line break behind it

    [[nodiscard]] std::span<char> row_text(const Row& row) {
        return std::span(text).subspan(row.begin, row.size);
    }
};

// Cuts files into blocks, one file after the other.
//
// Thread-safety: one thread per object.
class BlockReader {
  public:
    // Fails as dataset::check_files does: all files are looked at before the first is read.
    [[nodiscard]] static base::Result<BlockReader> open(
        std::vector<std::filesystem::path> files, dataset::ReadOptions options
    );

    // Fills `block` with the next rows, some thousands at most; false at the end of the last file.
    // Fails as FlightFile does.
    [[nodiscard]] base::Result<bool> next(RowBlock& block);

    // Choices in reading the files so far, see FlightLayout::notes.
    [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

  private:
    BlockReader(std::vector<std::filesystem::path> files, dataset::ReadOptions options)
        : options_(std::move(options)), files_(std::move(files)) {}

    base::Result<void> open_file(const std::filesystem::path& path);

    dataset::ReadOptions options_;
    std::vector<std::filesystem::path> files_;
    std::size_t opened_ = 0;                   // how many of `files_` were opened
    std::optional<dataset::FlightFile> file_;  // that is being read
    std::string file_name_;
    std::vector<std::string> notes_;
};

}  // namespace flightcast::batch
