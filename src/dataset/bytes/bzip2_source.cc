// SPDX-License-Identifier: Apache-2.0
//
// libbz2 stops at the end of each piece; the next one needs a stream of its own.
#include "dataset/bytes/bzip2_source.h"

#include <bzlib.h>

#include <utility>

#include "base/check.h"
#include "dataset/bytes/packed_input.h"

namespace flightcast::dataset::bytes {
namespace {

class Bzip2Source final : public ByteSource {
  public:
    Bzip2Source(Source packed, std::string name) : packed_(std::move(packed), std::move(name)) {}
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
                if (!more && is_open_) return packed_.damaged("unexpected end of file");
                if (!more) break;
            }
            FC_TRY_VOID(unpack());
        }
        return bytes.size() - stream_.avail_out;
    }

    double share_read() const override { return packed_.share_read(); }

  private:
    base::Result<bool> refill() {
        FC_TRY(const std::span<char> got, packed_.next());
        stream_.next_in = got.data();
        stream_.avail_in = static_cast<unsigned>(got.size());
        return !got.empty();
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
        return packed_.damaged("data error");
    }

    PackedInput packed_;
    bz_stream stream_{};
    bool is_open_ = false;
};

}  // namespace

Source unpack_bzip2(Source packed, std::string name) {
    return std::make_unique<Bzip2Source>(std::move(packed), std::move(name));
}

}  // namespace flightcast::dataset::bytes
