// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "dataset/bytes/byte_source.h"

namespace flightcast::dataset::bytes {

// A source whose first bytes can be looked at before they are read, also of a pipe.
class HeadSource final : public ByteSource {
  public:
    // Reads the first `size` bytes of `source`, fewer when it is shorter. Fails as it does.
    [[nodiscard]] static base::Result<std::unique_ptr<HeadSource>> peek(
        Source source, std::size_t size
    );

    // The rest of the first bytes; valid until the next call of another member.
    [[nodiscard]] std::string_view head() const { return std::string_view(head_).substr(done_); }

    // Drops the first `count` bytes. REQUIRES: count <= head().size().
    void skip(std::size_t count) { done_ += count; }

    base::Result<std::size_t> read(std::span<char> bytes) override;
    [[nodiscard]] double share_read() const override { return source_->share_read(); }

  private:
    HeadSource(Source source, std::string head)
        : source_(std::move(source)), head_(std::move(head)) {}

    Source source_;
    std::string head_;
    std::size_t done_ = 0;  // bytes of head_ that were read or dropped
};

}  // namespace flightcast::dataset::bytes
