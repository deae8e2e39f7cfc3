// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace flightcast::telemetry {

// The commit, compiler and kind of this build. Views of static text.
struct BuildInfo {
    std::string_view version;     // "0.1.0"
    std::string_view commit;      // short git hash; "unknown" outside a repository
    std::string_view compiler;    // "GNU 12.2.0"
    std::string_view build_type;  // "Release"
    std::string_view sanitizers;  // as -fsanitize= takes them; empty: none
};

[[nodiscard]] const BuildInfo& build_info();

// "flightcast 0.1.0 (commit 68fa29d, GNU 12.2.0, Release)"
[[nodiscard]] std::string build_info_line();

}  // namespace flightcast::telemetry
