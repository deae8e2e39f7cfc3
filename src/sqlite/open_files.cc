// SPDX-License-Identifier: Apache-2.0
//
// The database file itself is never opened here: closing any descriptor of it would give up the
// locks that SQLite has on it in this process.
#include "sqlite/open_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace flightcast::sqlite {

using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::array kSuffixes = {"", "-wal", "-shm"};

std::unexpected<base::Error> lost(const std::string& path, const std::string& how) {
    return fail(
        Errc::io,
        path + " was " + how +
            " while it was in use: what is written now would be lost; put it back or start again"
    );
}

// The first byte of a write-ahead log says it is one; both byte orders of its checksums begin so.
bool has_magic(const auto& header) {
    constexpr std::array<unsigned char, 3> kMagic = {0x37, 0x7F, 0x06};
    return std::equal(kMagic.begin(), kMagic.end(), header.begin());
}

}  // namespace

Result<OpenFiles> OpenFiles::note(const std::filesystem::path& file) {
    OpenFiles noted;
    for (std::size_t i = 0; i < noted.files_.size(); ++i) {
        const std::string path = file.string() + kSuffixes[i];
        struct stat status{};
        if (::stat(path.c_str(), &status) != 0) {
            return fail(Errc::io, path + " cannot be looked at: " + std::strerror(errno));
        }
        noted.files_[i] = {path, FileIdentity(status)};
    }
    noted.wal_ = ::open(noted.files_[1].path.c_str(), O_RDONLY | O_CLOEXEC);
    if (noted.wal_ < 0) {
        return fail(Errc::io, noted.files_[1].path + " cannot be read: " + std::strerror(errno));
    }
    FC_TRY_VOID(noted.check());
    return noted;
}

OpenFiles::~OpenFiles() {
    if (wal_ >= 0) ::close(wal_);
}

OpenFiles::OpenFiles(OpenFiles&& other) noexcept {
    *this = std::move(other);
}

OpenFiles& OpenFiles::operator=(OpenFiles&& other) noexcept {
    files_ = std::move(other.files_);
    std::swap(wal_, other.wal_);  // Ours goes with `other`.
    bytes_ = other.bytes_;
    has_shrunk_ = other.has_shrunk_;
    wal_bytes_ = other.wal_bytes_;
    wal_header_ = other.wal_header_;
    return *this;
}

// A log that begins anew has another header; one that is shorter under the same header was cut.
Result<void> OpenFiles::check_wal(std::uint64_t bytes) {
    WalHeader header{};
    const bool is_whole =
        ::pread(wal_, header.data(), header.size(), 0) == static_cast<ssize_t>(header.size());
    if (!is_whole) header = {};  // Empty: all of it is in the database.
    const bool was_cut =
        is_whole && (!has_magic(header) || (bytes < wal_bytes_ && header == wal_header_));
    if (was_cut) return lost(files_[1].path, "cut");
    wal_bytes_ = is_whole ? bytes : 0;
    wal_header_ = header;
    return {};
}

Result<void> OpenFiles::check() {
    for (std::size_t i = 0; i < files_.size(); ++i) {
        struct stat status{};
        if (::stat(files_[i].path.c_str(), &status) != 0) {
            if (errno == ENOENT || errno == ENOTDIR)
                return lost(files_[i].path, "deleted or moved");
            return fail(Errc::io, files_[i].path + " cannot be reached: " + std::strerror(errno));
        }
        if (FileIdentity(status) != files_[i].identity) return lost(files_[i].path, "replaced");
        const auto bytes = static_cast<std::uint64_t>(status.st_size);
        if (i == 0) {
            has_shrunk_ = bytes < bytes_;
            bytes_ = bytes;
        }
        if (i == 1) FC_TRY_VOID(check_wal(bytes));
    }
    return {};
}

}  // namespace flightcast::sqlite
