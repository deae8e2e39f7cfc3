// SPDX-License-Identifier: Apache-2.0
#include "app/cli/day_flag.h"

namespace flightcast::app::cli {

base::Result<std::optional<dataset::Day>> read_day(const char* flag, const std::string& text) {
    if (text.empty()) return std::nullopt;
    if (const auto day = dataset::parse_day(text)) return day;
    return base::fail(
        base::Errc::invalid_argument,
        std::string(flag) + " '" + text + "' is no day; write YYYY-MM-DD"
    );
}

}  // namespace flightcast::app::cli
