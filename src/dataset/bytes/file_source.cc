// SPDX-License-Identifier: Apache-2.0
#include "dataset/bytes/file_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace flightcast::dataset::bytes {
namespace {

namespace fs = std::filesystem;

class FileSource final : public ByteSource {
  public:
    FileSource(int file, std::string name) : file_(file), name_(std::move(name)) {
        struct stat about{};
        if (::fstat(file_, &about) == 0 && S_ISREG(about.st_mode)) {
            size_ = static_cast<double>(about.st_size);
        }
    }
    ~FileSource() override {
        if (file_ != STDIN_FILENO) ::close(file_);
    }
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;

    base::Result<std::size_t> read(std::span<char> bytes) override {
        while (true) {
            const ssize_t got = ::read(file_, bytes.data(), bytes.size());
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) {
                return base::fail(
                    base::Errc::io, "cannot read " + name_ + ": " + std::strerror(errno)
                );
            }
            done_ += static_cast<double>(got);
            return static_cast<std::size_t>(got);
        }
    }

    double share_read() const override { return size_ == 0 ? 0 : done_ / size_; }

  private:
    const int file_;
    const std::string name_;
    double size_ = 0;
    double done_ = 0;
};

}  // namespace

std::string display_name(const fs::path& path) {
    return path == kStandardInput ? "standard input" : path.string();
}

base::Result<Source> open_file(const fs::path& path) {
    if (path == kStandardInput) {
        return std::make_unique<FileSource>(STDIN_FILENO, display_name(path));
    }
    std::error_code error;
    if (fs::is_directory(path, error)) {
        return base::fail(base::Errc::io, path.string() + " is a directory; name a file");
    }
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file >= 0) return std::make_unique<FileSource>(file, display_name(path));
    const int reason = errno;
    return base::fail(
        reason == ENOENT ? base::Errc::not_found : base::Errc::io,
        "cannot open " + path.string() + ": " + std::strerror(reason)
    );
}

}  // namespace flightcast::dataset::bytes
