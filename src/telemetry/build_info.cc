// SPDX-License-Identifier: Apache-2.0
#include "telemetry/build_info.h"

#include "build_info_values.h"

namespace flightcast::telemetry {

const BuildInfo& build_info() {
    static constexpr BuildInfo kInfo{
        .version = FC_BUILD_VERSION,
        .commit = FC_BUILD_COMMIT,
        .compiler = FC_BUILD_COMPILER,
        .build_type = FC_BUILD_TYPE,
        .sanitizers = FC_BUILD_SANITIZERS,
    };
    return kInfo;
}

std::string build_info_line() {
    const BuildInfo& info = build_info();
    std::string text = "flightcast " + std::string(info.version);
    text += " (commit " + std::string(info.commit);
    text += ", " + std::string(info.compiler) + ", " + std::string(info.build_type);
    if (!info.sanitizers.empty()) text += ", sanitizers " + std::string(info.sanitizers);
    return text + ")";
}

}  // namespace flightcast::telemetry
