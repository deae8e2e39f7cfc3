// SPDX-License-Identifier: Apache-2.0
//
// libbz2 stops at the end of each piece; the next one starts with what it had read too much.
#include "dataset/bzip2_source.h"

#include <bzlib.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace flightcast::dataset {
namespace {

class Bzip2Source final : public ByteSource {
  public:
    Bzip2Source(std::FILE* file, const std::filesystem::path& path)
        : file_(file), name_(path.string()) {
        std::error_code unknown;
        size_ = std::filesystem::file_size(path, unknown);
        if (unknown) size_ = 0;
    }
    ~Bzip2Source() override {
        close_piece();
        std::fclose(file_);
    }
    Bzip2Source(const Bzip2Source&) = delete;
    Bzip2Source& operator=(const Bzip2Source&) = delete;

    base::Result<std::size_t> read(std::span<char> bytes) override {
        while (true) {
            if (piece_ == nullptr) {
                if (!open_piece()) return 0;
                if (piece_ == nullptr) return damaged("not enough memory");
            }
            int code = BZ_OK;
            const int got =
                ::BZ2_bzRead(&code, piece_, bytes.data(), static_cast<int>(bytes.size()));
            if (code == BZ_STREAM_END) {
                end_piece();
            } else if (code != BZ_OK) {
                return damaged(code == BZ_UNEXPECTED_EOF ? "unexpected end of file" : "data error");
            }
            if (got > 0) return static_cast<std::size_t>(got);
        }
    }

    double share_read() const override {
        if (size_ == 0) return 0;
        return static_cast<double>(std::ftell(file_)) / static_cast<double>(size_);
    }

  private:
    // False at the end of the file.
    bool open_piece() {
        if (rest_size_ == 0) {
            const int next = std::fgetc(file_);
            if (next == EOF) return false;
            std::ungetc(next, file_);
        }
        int code = BZ_OK;
        piece_ = ::BZ2_bzReadOpen(&code, file_, 0, 0, rest_.data(), static_cast<int>(rest_size_));
        return true;
    }

    void end_piece() {
        int code = BZ_OK;
        void* unused = nullptr;
        int size = 0;
        ::BZ2_bzReadGetUnused(&code, piece_, &unused, &size);
        rest_size_ = code == BZ_OK ? static_cast<std::size_t>(size) : 0;
        std::memcpy(rest_.data(), unused, rest_size_);
        close_piece();
    }

    void close_piece() {
        if (piece_ == nullptr) return;
        int code = BZ_OK;
        ::BZ2_bzReadClose(&code, piece_);
        piece_ = nullptr;
    }

    [[nodiscard]] std::unexpected<base::Error> damaged(const std::string& reason) const {
        return base::fail(
            base::Errc::corrupt,
            "cannot read " + name_ + " to its end: " + reason + "; fetch the file again"
        );
    }

    std::FILE* file_;
    std::string name_;
    std::uintmax_t size_ = 0;
    BZFILE* piece_ = nullptr;
    std::array<char, BZ_MAX_UNUSED> rest_{};
    std::size_t rest_size_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<ByteSource>> open_bzip2(const std::filesystem::path& path) {
    std::FILE* const file = std::fopen(path.c_str(), "rb");
    if (file != nullptr) return std::make_unique<Bzip2Source>(file, path);
    const int reason = errno;
    return base::fail(
        reason == ENOENT ? base::Errc::not_found : base::Errc::io,
        "cannot open " + path.string() + ": " + std::strerror(reason)
    );
}

}  // namespace flightcast::dataset
