// SPDX-License-Identifier: Apache-2.0
#include "batch/row_block.h"

#include <utility>

#include "base/limits.h"
#include "dataset/bytes/file_source.h"

namespace flightcast::batch {
namespace {

namespace fs = std::filesystem;

// Enough that handing a block over costs nothing beside scoring it.
constexpr std::size_t kBlockRowsMax = 2'048;
constexpr std::size_t kBlockBytesMax = 4 * base::limits::kCsvLineBytesMax;

}  // namespace

base::Result<BlockReader> BlockReader::open(
    std::vector<fs::path> files, dataset::ReadOptions options
) {
    FC_TRY_VOID(dataset::check_files(files, options));
    return BlockReader(std::move(files), std::move(options));
}

base::Result<void> BlockReader::open_file(const fs::path& path) {
    FC_TRY(file_, dataset::FlightFile::open(path, options_));
    file_name_ = path == dataset::bytes::kStandardInput ? path : path.filename();
    for (const std::string& note : file_->layout()->notes()) {
        notes_.push_back(file_->name() + ": " + note);
    }
    return {};
}

base::Result<bool> BlockReader::next(RowBlock& block) {
    block.rows.clear();
    block.text.clear();
    while (block.rows.empty()) {
        if (!file_) {
            if (opened_ == files_.size()) return false;
            FC_TRY_VOID(open_file(files_[opened_++]));
        }
        block.file = file_name_;
        block.layout = file_->layout();
        block.is_unfinished = false;
        while (block.rows.size() < kBlockRowsMax && block.text.size() < kBlockBytesMax) {
            FC_TRY(const std::optional<dataset::RowText> row, file_->next());
            if (!row) {
                file_.reset();
                break;
            }
            block.rows.push_back({block.text.size(), row->text.size(), row->line});
            block.text.insert(block.text.end(), row->text.begin(), row->text.end());
            block.is_unfinished = file_->is_unfinished();
        }
    }
    return true;
}

}  // namespace flightcast::batch
