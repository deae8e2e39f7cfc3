// SPDX-License-Identifier: Apache-2.0
#include "app/serve/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
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

std::string read_holder(int file) {
    std::array<char, 32> text{};
    const ssize_t size = ::pread(file, text.data(), text.size() - 1, 0);
    std::string holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    while (!holder.empty() && holder.back() == '\n') holder.pop_back();
    return holder.empty() ? "unknown" : holder;
}

Result<void> write_holder(int file, const fs::path& path) {
    const std::string pid = std::to_string(::getpid()) + "\n";
    const bool written = ::ftruncate(file, 0) == 0 && ::pwrite(file, pid.data(), pid.size(), 0) ==
                                                          static_cast<ssize_t>(pid.size());
    if (written) return {};
    return fail(
        Errc::io,
        "cannot write to the data folder " + path.string() + ": " + std::strerror(errno) + kAdvice
    );
}

}  // namespace

Result<DataFolder> DataFolder::open(const fs::path& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) {
        return fail(
            Errc::io,
            "cannot make the data folder " + path.string() + ": " + error.message() + kAdvice
        );
    }
    const fs::path lock_path = path / kLockName;
    const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock < 0) {
        return fail(
            Errc::io,
            "cannot write to the data folder " + path.string() + ": " + std::strerror(errno) +
                kAdvice
        );
    }
    DataFolder folder(path, lock);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        return fail(
            Errc::already_exists,
            "the data folder " + path.string() + " is in use by process " + read_holder(lock) +
                ": stop it first, or choose another " + "folder with --data-dir"
        );
    }
    FC_TRY_VOID(write_holder(lock, path));
    return folder;
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder& DataFolder::operator=(DataFolder&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(lock_, other.lock_);  // What was ours goes with `other`.
    return *this;
}

DataFolder::~DataFolder() {
    if (lock_ >= 0) ::close(lock_);
}

}  // namespace flightcast::app::serve
