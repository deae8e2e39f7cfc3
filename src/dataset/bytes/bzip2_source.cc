// SPDX-License-Identifier: Apache-2.0
//
// libbz2 stops at the end of each piece; the next one needs a stream of its own.
#include "dataset/bytes/bzip2_source.h"

#include <bzlib.h>

#include <utility>
#include <vector>

#include "base/check.h"

namespace flightcast::dataset::bytes {
namespace {

constexpr std::size_t kBzip2BufferBytes = 256 * 1'024;

class Bzip2Source final : public ByteSource {
  public:
    Bzip2Source(Source packed, std::string name)
        : packed_(std::move(packed)), name_(std::move(name)), buffer_(kBzip2BufferBytes) {}
    ~Bzip2Source() override {
        if (is_open_) ::BZ2_bzDecompressEnd(&stream_);
    }
    Bzip2Source(const Bzip2Source&) = delete;
    Bzip2Source& operator=(const Bzip2Source&) = delete;

    base::Result<std::size_t> read(std::span<char> bytes) override {
        stream_.next_out = bytes.data();
        stream_.avail_out = static_cast<unsigned>(bytes.size());
        while (stream_.avail_out == bytes.size()) {
            if (stream_.avail_in == 0) {
                FC_TRY(const bool more, refill());
                if (!more && is_open_) return damaged("unexpected end of file");
                if (!more) break;
            }
            FC_TRY_VOID(unpack());
        }
        return bytes.size() - stream_.avail_out;
    }

    double share_read() const override { return packed_->share_read(); }

  private:
    base::Result<bool> refill() {
        FC_TRY(const std::size_t got, packed_->read(buffer_));
        stream_.next_in = buffer_.data();
        stream_.avail_in = static_cast<unsigned>(got);
        return got > 0;
    }

    base::Result<void> unpack() {
        if (!is_open_) {
            FC_CHECK(::BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK);
            is_open_ = true;
        }
        const int code = ::BZ2_bzDecompress(&stream_);
        if (code == BZ_STREAM_END) {
            ::BZ2_bzDecompressEnd(&stream_);
            is_open_ = false;
            return {};
        }
        if (code == BZ_OK) return {};
        return damaged("data error");
    }

    [[nodiscard]] std::unexpected<base::Error> damaged(const std::string& reason) const {
        return base::fail(
            base::Errc::corrupt,
            "cannot read " + name_ + " to its end: " + reason + "; fetch the file again"
        );
    }

    Source packed_;
    const std::string name_;
    std::vector<char> buffer_;
    bz_stream stream_{};
    bool is_open_ = false;
};

}  // namespace

Source unpack_bzip2(Source packed, std::string name) {
    return std::make_unique<Bzip2Source>(std::move(packed), std::move(name));
}

}  // namespace flightcast::dataset::bytes
