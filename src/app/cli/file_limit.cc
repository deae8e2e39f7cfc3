// SPDX-License-Identifier: Apache-2.0
#include "app/cli/file_limit.h"

#include <sys/resource.h>

#include "base/limits.h"

namespace flightcast::app::cli {

std::size_t file_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_max;
}

std::size_t raise_file_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
}

std::size_t connections_within(std::size_t files) {
    return files > base::limits::kFilesBesideConnections
               ? files - base::limits::kFilesBesideConnections
               : 1;
}

std::size_t files_for(std::size_t connections) {
    return connections + base::limits::kFilesBesideConnections;
}

}  // namespace flightcast::app::cli
