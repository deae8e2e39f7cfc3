// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace flightcast::eventlog::kafka {

// Why no TCP connection to the host gets there within `patience` for each of its addresses; nothing
// when one does, which is closed again. Names are looked up for as long as the system takes.
[[nodiscard]] std::optional<std::string> why_unreachable(
    const std::string& host, std::int32_t port, std::chrono::milliseconds patience
);

}  // namespace flightcast::eventlog::kafka
