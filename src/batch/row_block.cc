// SPDX-License-Identifier: Apache-2.0
#include "batch/row_block.h"

#include <algorithm>

#include "base/limits.h"

namespace flightcast::batch {
namespace {

namespace fs = std::filesystem;

const fs::path kStandardInput = "-";

// Enough that handing a block over costs nothing beside scoring it.
constexpr std::size_t kBlockRowsMax = 2'048;
constexpr std::size_t kBlockBytesMax = 4 * base::limits::kCsvLineBytesMax;

base::Result<dataset::LineReader> open_lines(const fs::path& path) {
    return dataset::LineReader::open(path == kStandardInput ? fs::path("/dev/stdin") : path);
}

}  // namespace

base::Result<BlockReader> BlockReader::open(std::vector<fs::path> files) {
    if (std::ranges::count(files, kStandardInput) > 1) {
        return base::fail(
            base::Errc::invalid_argument, "--data names '-' twice; standard input is read once"
        );
    }
    for (const fs::path& file : files) {
        if (file != kStandardInput) FC_TRY_VOID(open_lines(file));
    }
    return BlockReader(std::move(files));
}

void BlockReader::add_row(RowBlock& block, std::span<const char> text, std::size_t line) {
    block.rows.push_back({block.text.size(), text.size(), line});
    block.text.insert(block.text.end(), text.begin(), text.end());
}

base::Result<void> BlockReader::open_file(const fs::path& path) {
    FC_TRY(lines_, open_lines(path));
    file_ = path == kStandardInput ? path.string() : path.filename().string();
    FC_TRY(const std::optional<std::span<char>> line, lines_->next());
    if (!line) return base::fail(base::Errc::invalid_argument, path.string() + " is empty");
    first_row_.assign(line->begin(), line->end());
    FC_TRY(layout_, RowLayout::read(*line, path.string()));
    if (!layout_.is_json()) first_row_.clear();
    return {};
}

base::Result<bool> BlockReader::next(RowBlock& block) {
    block.rows.clear();
    block.text.clear();
    while (block.rows.empty()) {
        if (!lines_) {
            if (opened_ == files_.size()) return false;
            FC_TRY_VOID(open_file(files_[opened_++]));
        }
        block.file = file_;
        block.layout = layout_;
        if (!first_row_.empty()) add_row(block, first_row_, lines_->line_number());
        first_row_.clear();
        while (block.rows.size() < kBlockRowsMax && block.text.size() < kBlockBytesMax) {
            FC_TRY(const std::optional<std::span<char>> line, lines_->next());
            if (!line) {
                lines_.reset();
                break;
            }
            if (!line->empty()) add_row(block, *line, lines_->line_number());
        }
    }
    return true;
}

}  // namespace flightcast::batch
