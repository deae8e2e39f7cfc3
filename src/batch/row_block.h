// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "batch/flight_rows.h"
#include "dataset/line_reader.h"

namespace flightcast::batch {

// Some neighbouring rows of one file: what one thread works on. Keeps its memory when it is filled
// again.
struct RowBlock {
    struct Row {
        std::size_t begin = 0;  // in `text`
        std::size_t size = 0;
        std::size_t line = 0;  // of the file, from 1
    };

    std::string file;  // without its folder; "-" for standard input
    RowLayout layout;
    std::vector<char> text;
    std::vector<Row> rows;

    [[nodiscard]] std::span<char> row_text(const Row& row) {
        return std::span(text).subspan(row.begin, row.size);
    }
};

// Cuts files into blocks, one file after the other.
//
// Thread-safety: one thread per object.
class BlockReader {
  public:
    // Fails with not_found or io when one of the files cannot be opened, and with invalid_argument
    // when standard input, "-", is named twice.
    [[nodiscard]] static base::Result<BlockReader> open(std::vector<std::filesystem::path> files);

    // Fills `block` with the next rows, some thousands at most; false at the end of the
    // last file. Fails as LineReader and RowLayout do, and with invalid_argument for an empty file.
    [[nodiscard]] base::Result<bool> next(RowBlock& block);

  private:
    explicit BlockReader(std::vector<std::filesystem::path> files) : files_(std::move(files)) {}

    base::Result<void> open_file(const std::filesystem::path& path);
    static void add_row(RowBlock& block, std::span<const char> text, std::size_t line);

    std::vector<std::filesystem::path> files_;
    std::size_t opened_ = 0;                    // how many of `files_` were opened
    std::optional<dataset::LineReader> lines_;  // of the file that is being read
    std::string file_;
    RowLayout layout_;
    std::vector<char> first_row_;  // of a file without a line of column names
};

}  // namespace flightcast::batch
