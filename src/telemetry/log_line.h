// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "telemetry/log.h"

namespace flightcast::telemetry {

// The parts of one log line, before it has a form. Borrows everything.
struct LogLine {
    base::WallTime time;
    LogLevel level{};
    std::string_view stage;
    std::string_view message;
    LogFieldSpan fields;
    std::string_view repeats{};  // empty, or what the last field says of lines that are left out
};

// For people, without the newline; control characters are escaped, so a line stays one line:
//
//     14:07:40.123 info    gateway   listening  host=127.0.0.1 port=5001
[[nodiscard]] std::string text_line(const LogLine& line, bool coloured);

// For programs, one JSON object without the newline; bytes that are not UTF-8 become U+FFFD:
//
//     {"time":"2026-01-31T14:07:40.123456Z","level":"info","stage":"gateway","message":"listening",
//      "host":"127.0.0.1","port":5001}
[[nodiscard]] std::string json_line(const LogLine& line);

// The same in the names of the Elastic Common Schema, dotted. A field `reason` is `error.message`,
// `cause` is `error.type`, `trace` is `trace.id`; all others keep their name below `flightcast.`,
// and so do those of a line that is no warning:
//
//     {"@timestamp":"2026-01-31T14:07:40.123456Z","log.level":"info","message":"listening",
//      "ecs.version":"8.11.0","service.name":"flightcast","service.version":"0.1.0",
//      "log.logger":"gateway","event.dataset":"flightcast.gateway","flightcast.port":5001}
[[nodiscard]] std::string ecs_line(const LogLine& line);

}  // namespace flightcast::telemetry
