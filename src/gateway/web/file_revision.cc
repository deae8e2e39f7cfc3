// SPDX-License-Identifier: Apache-2.0
#include "gateway/web/file_revision.h"

#include <sys/stat.h>

#include <chrono>

namespace flightcast::gateway::web {
namespace {

// The longest step that file systems in use have: that of FAT.
constexpr auto kStep = std::chrono::seconds(2);

std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::optional<FileRevision> revision_of(const std::filesystem::path& file) {
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return FileRevision{
        .device = status.st_dev,
        .inode = status.st_ino,
        .size = status.st_size,
        .modified_ns = nanoseconds(status.st_mtim),
        .changed_ns = nanoseconds(status.st_ctim)
    };
}

// A time ahead of now is from before the clock was set back: the next change will not have it.
bool is_settled(const FileRevision& revision, base::WallTime now) {
    return std::chrono::abs(
               now.time_since_epoch() - std::chrono::nanoseconds(revision.changed_ns)
           ) > kStep;
}

}  // namespace flightcast::gateway::web
