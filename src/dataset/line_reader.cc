// SPDX-License-Identifier: Apache-2.0
//
// zlib's gzread passes plain files through unchanged, so there is one path for both. The unread
// rest of a line is moved to the front of the buffer before more is read behind it.
#include "dataset/line_reader.h"

#include <zlib.h>

#include <cerrno>
#include <cstring>

#include "base/limits.h"

namespace flightcast::dataset {
namespace {

constexpr std::size_t kBufferBytes = 256 * 1'024;
static_assert(kBufferBytes > base::limits::kCsvLineBytesMax, "a whole line fits");

}  // namespace

void LineReader::Close::operator()(gzFile_s* file) const {
    ::gzclose_r(file);
}

LineReader::LineReader(std::string name, gzFile_s* file)
    : name_(std::move(name)), file_(file), buffer_(kBufferBytes) {}

base::Result<LineReader> LineReader::open(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return base::fail(base::Errc::io, path.string() + " is a directory; name a file");
    }
    gzFile_s* const file = ::gzopen(path.c_str(), "rb");
    if (file == nullptr) {
        const int reason = errno;
        return base::fail(
            reason == ENOENT ? base::Errc::not_found : base::Errc::io,
            "cannot open " + path.string() + ": " + std::strerror(reason)
        );
    }
    ::gzbuffer(file, kBufferBytes);
    return LineReader(path.string(), file);
}

base::Result<std::optional<std::span<char>>> LineReader::next() {
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
        std::size_t length = size;
        if (found != nullptr)
            length = static_cast<std::size_t>(static_cast<const char*>(found) - start);
        begin_ += found == nullptr ? length : length + 1;
        ++line_number_;
        if (length > 0 && start[length - 1] == '\r') --length;
        return std::span(start, length);
    }
}

base::Result<bool> LineReader::read_more() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ > base::limits::kCsvLineBytesMax) {
        return base::fail(
            base::Errc::corrupt,
            name_ + ":" + std::to_string(line_number_ + 1) + ": line is longer than " +
                std::to_string(base::limits::kCsvLineBytesMax) + " bytes; is this a CSV file?"
        );
    }
    const int got =
        ::gzread(file_.get(), buffer_.data() + end_, static_cast<unsigned>(buffer_.size() - end_));
    int code = Z_OK;
    const char* const reason = ::gzerror(file_.get(), &code);
    if (got < 0 || code != Z_OK) {
        return base::fail(
            base::Errc::corrupt,
            "cannot read " + name_ + " to its end: " + reason + "; fetch the file again"
        );
    }
    end_ += static_cast<std::size_t>(got);
    return got > 0;
}

}  // namespace flightcast::dataset
