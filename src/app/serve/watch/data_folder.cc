// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

namespace flightcast::app::serve {

namespace fs = std::filesystem;
using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr const char* kLockName = "flightcast.lock";
constexpr const char* kAdvice = "; choose another folder with --data-dir";

std::unexpected<base::Error> cannot(
    const std::string& what, const fs::path& path, const std::string& why
) {
    return fail(
        Errc::io, "cannot " + what + " the data folder " + path.string() + ": " + why + kAdvice
    );
}

// The process that wrote the lock file.
std::string read_holder(const fs::path& path) {
    const LockedFile lock(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 32> text{};
    const ssize_t size = ::pread(lock.file(), text.data(), text.size() - 1, 0);
    std::string holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    while (!holder.empty() && holder.back() == '\n') holder.pop_back();
    return holder.empty() ? "unknown" : holder;
}

bool write_holder(int file) {
    const std::string pid = std::to_string(::getpid()) + "\n";
    return ::ftruncate(file, 0) == 0 &&
           ::pwrite(file, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
}

bool is_same(int file, const fs::path& path) {
    struct stat open{};
    struct stat there{};
    return ::fstat(file, &open) == 0 && ::stat(path.c_str(), &there) == 0 &&
           open.st_dev == there.st_dev && open.st_ino == there.st_ino;
}

}  // namespace

LockedFile::~LockedFile() {
    if (file_ >= 0) ::close(file_);
}

LockedFile::LockedFile(LockedFile&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

LockedFile& LockedFile::operator=(LockedFile&& other) noexcept {
    std::swap(file_, other.file_);  // Ours goes with `other`.
    return *this;
}

base::Error DataFolder::in_use() const {
    return {
        Errc::already_exists,
        "the data folder " + path_.string() + " is in use by process " +
            read_holder(path_ / kLockName) + ": stop it first, or choose another " +
            "folder with --data-dir"
    };
}

// A file system that locks no folders, such as NFS, leaves it to the lock file.
Result<void> DataFolder::lock_folder(LockedFile& locked, const fs::path& folder) const {
    locked = LockedFile(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (locked.file() < 0) return cannot("open", folder, std::strerror(errno));
    if (::flock(locked.file(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return {};
    return std::unexpected(in_use());
}

// When the database is a link, two data folders would share it.
Result<void> DataFolder::lock_database_folder() {
    std::error_code ignored;
    if (!fs::is_symlink(database(), ignored)) return {};
    // It may lead to a file that is yet to be made.
    const bool leads_to_file = fs::exists(database(), ignored);
    const fs::path target = path_ / fs::read_symlink(database(), ignored);
    const fs::path folder =
        fs::weakly_canonical(leads_to_file ? database() : target, ignored).parent_path();
    if (ignored || fs::equivalent(folder, path_, ignored)) return {};
    return lock_folder(database_folder_, folder);
}

Result<void> DataFolder::lock_file() {
    const fs::path path = path_ / kLockName;
    LockedFile lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (lock.file() < 0) return cannot("write to", path_, std::strerror(errno));
    if (::flock(lock.file(), LOCK_EX | LOCK_NB) != 0) return std::unexpected(in_use());
    // The holder before us may have deleted it between the two calls.
    if (!is_same(lock.file(), path)) return std::unexpected(in_use());
    if (!write_holder(lock.file())) return cannot("write to", path_, std::strerror(errno));
    lock_ = std::move(lock);
    return {};
}

Result<DataFolder> DataFolder::open(const fs::path& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) return cannot("make", path, error.message());
    // The working directory may change; a server must not follow it.
    const fs::path whole = fs::absolute(path, error);
    DataFolder folder(error ? path : whole);
    FC_TRY_VOID(folder.lock_folder(folder.folder_, folder.path_));
    FC_TRY_VOID(folder.lock_database_folder());
    FC_TRY_VOID(folder.lock_file());
    return folder;
}

Result<void> DataFolder::check() {
    if (!is_same(folder_.file(), path_)) {
        return fail(
            Errc::io,
            "the data folder " + path_.string() +
                " was deleted, moved or replaced while it was in use: what is written now would be "
                "lost; put it back or start again"
        );
    }
    if (is_same(lock_.file(), path_ / kLockName)) return {};
    return lock_file();
}

}  // namespace flightcast::app::serve
