// SPDX-License-Identifier: Apache-2.0
//
// zlib's gzread passes plain files through unchanged, so there is one path for both.
#include "dataset/gzip_source.h"

#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace flightcast::dataset {
namespace {

constexpr unsigned kBufferBytes = 256 * 1'024;

class GzipSource final : public ByteSource {
  public:
    GzipSource(gzFile file, const std::filesystem::path& path) : file_(file), name_(path.string()) {
        std::error_code unknown;
        size_ = std::filesystem::file_size(path, unknown);
        if (unknown) size_ = 0;
    }
    ~GzipSource() override { ::gzclose_r(file_); }
    GzipSource(const GzipSource&) = delete;
    GzipSource& operator=(const GzipSource&) = delete;

    base::Result<std::size_t> read(std::span<char> bytes) override {
        const int got = ::gzread(file_, bytes.data(), static_cast<unsigned>(bytes.size()));
        int code = Z_OK;
        const char* const reason = ::gzerror(file_, &code);
        if (got >= 0 && code == Z_OK) return static_cast<std::size_t>(got);
        return base::fail(
            base::Errc::corrupt,
            "cannot read " + name_ + " to its end: " + reason + "; fetch the file again"
        );
    }

    double share_read() const override {
        if (size_ == 0) return 0;
        return static_cast<double>(::gzoffset(file_)) / static_cast<double>(size_);
    }

  private:
    gzFile file_;
    std::string name_;
    std::uintmax_t size_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<ByteSource>> open_gzip(const std::filesystem::path& path) {
    gzFile const file = ::gzopen(path.c_str(), "rb");
    if (file == nullptr) {
        const int reason = errno;
        return base::fail(
            reason == ENOENT ? base::Errc::not_found : base::Errc::io,
            "cannot open " + path.string() + ": " + std::strerror(reason)
        );
    }
    ::gzbuffer(file, kBufferBytes);
    return std::make_unique<GzipSource>(file, path);
}

}  // namespace flightcast::dataset
