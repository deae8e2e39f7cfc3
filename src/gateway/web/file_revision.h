// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/clock.h"

namespace flightcast::gateway::web {

// Which file stands at a path, and as of when: while it is equal, so are the bytes, see is_settled.
struct FileRevision {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t modified_ns = 0;  // set by programs
    std::int64_t changed_ns = 0;   // set by the kernel

    bool operator==(const FileRevision&) const = default;
};

// By one question to the kernel; links are followed. Nothing if it is not a regular file.
[[nodiscard]] std::optional<FileRevision> revision_of(const std::filesystem::path& file);

// Whether a change from now on would show in the revision. File systems count time in steps, so
// that two changes shortly after each other may have the same.
[[nodiscard]] bool is_settled(const FileRevision& revision, base::WallTime now);

}  // namespace flightcast::gateway::web
