// SPDX-License-Identifier: Apache-2.0
#include "dataset/bytes/gzip_source.h"

#include <zlib.h>

#include <utility>

#include "base/check.h"
#include "dataset/bytes/packed_input.h"

namespace flightcast::dataset::bytes {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window, and a header of gzip

class GzipSource final : public ByteSource {
  public:
    GzipSource(Source packed, std::string name) : packed_(std::move(packed), std::move(name)) {
        FC_CHECK(::inflateInit2(&stream_, kGzipWindow) == Z_OK);
    }
    ~GzipSource() override { ::inflateEnd(&stream_); }
    GzipSource(const GzipSource&) = delete;
    GzipSource& operator=(const GzipSource&) = delete;

    base::Result<std::size_t> read(std::span<char> bytes) override {
        stream_.next_out = reinterpret_cast<Bytef*>(bytes.data());
        stream_.avail_out = static_cast<unsigned>(bytes.size());
        while (stream_.avail_out == bytes.size() && !at_end_) {
            if (stream_.avail_in == 0) {
                FC_TRY(const bool more, refill());
                if (!more && !between_pieces_) return packed_.damaged("unexpected end of file");
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
        stream_.next_in = reinterpret_cast<Bytef*>(got.data());
        stream_.avail_in = static_cast<unsigned>(got.size());
        return !got.empty();
    }

    base::Result<void> unpack() {
        const int code = ::inflate(&stream_, Z_NO_FLUSH);
        if (code == Z_STREAM_END) {
            between_pieces_ = true;
            is_first_ = false;
            FC_CHECK(::inflateReset(&stream_) == Z_OK);
            return {};
        }
        if (code == Z_OK || code == Z_BUF_ERROR) {
            between_pieces_ = false;
            return {};
        }
        if (between_pieces_ && !is_first_) {  // no further piece
            at_end_ = true;
            return {};
        }
        return packed_.damaged(stream_.msg == nullptr ? "data error" : stream_.msg);
    }

    PackedInput packed_;
    z_stream stream_{};
    bool is_first_ = true;         // no piece has ended yet
    bool between_pieces_ = false;  // one has ended, and the next one did not begin
    bool at_end_ = false;
};

}  // namespace

Source unpack_gzip(Source packed, std::string name) {
    return std::make_unique<GzipSource>(std::move(packed), std::move(name));
}

}  // namespace flightcast::dataset::bytes
