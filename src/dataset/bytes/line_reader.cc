// SPDX-License-Identifier: Apache-2.0
//
// The unread rest of a line is moved to the front of the buffer before more is read behind it.
#include "dataset/bytes/line_reader.h"

#include <cstring>
#include <utility>

#include "base/limits.h"

namespace flightcast::dataset::bytes {
namespace {

constexpr std::size_t kLineBufferBytes = 256 * 1'024;
static_assert(kLineBufferBytes > base::limits::kCsvLineBytesMax, "a whole line fits");

}  // namespace

LineReader::LineReader(std::string name, Source source)
    : name_(std::move(name)), source_(std::move(source)), buffer_(kLineBufferBytes) {}

base::Result<std::optional<std::span<char>>> LineReader::next() {
    if (std::exchange(repeat_, false)) return line_;
    std::size_t searched = 0;
    while (true) {
        char* const start = buffer_.data() + begin_;
        const std::size_t size = end_ - begin_;
        const void* const found = std::memchr(start + searched, '\n', size - searched);
        if (found == nullptr && !at_end_) {
            searched = size;
            FC_TRY(const bool more, read_more());
            at_end_ = !more;
            continue;
        }
        if (found == nullptr && size == 0) return std::nullopt;
        unfinished_ = found == nullptr;
        std::size_t length = size;
        if (found != nullptr)
            length = static_cast<std::size_t>(static_cast<const char*>(found) - start);
        if (length > base::limits::kCsvLineBytesMax) return too_long();
        begin_ += unfinished_ ? length : length + 1;
        ++line_number_;
        if (length > 0 && start[length - 1] == '\r') --length;
        line_ = std::span(start, length);
        return line_;
    }
}

std::unexpected<base::Error> LineReader::too_long() const {
    return base::fail(
        base::Errc::corrupt,
        name_ + ":" + std::to_string(line_number_ + 1) + ": line is longer than " +
            std::to_string(base::limits::kCsvLineBytesMax) +
            " bytes; is this a CSV or JSON lines file?"
    );
}

base::Result<bool> LineReader::read_more() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ > base::limits::kCsvLineBytesMax) return too_long();
    FC_TRY(const std::size_t got, source_->read(std::span(buffer_).subspan(end_)));
    end_ += got;
    return got > 0;
}

}  // namespace flightcast::dataset::bytes
