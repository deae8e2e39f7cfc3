// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "dataset/bytes/byte_source.h"

namespace flightcast::dataset::bytes {

// Errc::corrupt: what `name` still has cannot be unpacked, for this reason.
[[nodiscard]] inline std::unexpected<base::Error> damaged_file(
    const std::string& name, const std::string& reason
) {
    return base::fail(
        base::Errc::corrupt,
        "cannot read " + name + " to its end: " + reason + "; fetch the file again"
    );
}

// The packed bytes of a file, a buffer at a time.
class PackedInput {
  public:
    PackedInput(Source source, std::string name)
        : source_(std::move(source)), name_(std::move(name)), buffer_(kBufferBytes) {}

    // The next bytes, valid until the next call; empty at the end. Errors: those of the source.
    [[nodiscard]] base::Result<std::span<char>> next() {
        FC_TRY(const std::size_t got, source_->read(buffer_));
        return std::span(buffer_).first(got);
    }

    [[nodiscard]] double share_read() const { return source_->share_read(); }

    [[nodiscard]] std::unexpected<base::Error> damaged(const std::string& reason) const {
        return damaged_file(name_, reason);
    }

  private:
    static constexpr std::size_t kBufferBytes = 256 * 1'024;

    Source source_;
    const std::string name_;
    std::vector<char> buffer_;
};

}  // namespace flightcast::dataset::bytes
