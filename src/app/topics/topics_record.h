// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "eventlog/record.h"

namespace flightcast::app::topics {

// How records are shown.
enum class RecordForm {
    pretty,  // where and when it was appended, its key, and its value over several lines
    raw,     // the value as it is
    json,    // all of it as one JSON object
};
enum class ShowHeaders { no, yes };

// One record, with a newline at its end.
[[nodiscard]] std::string record_text(
    const eventlog::Record& record, RecordForm form, ShowHeaders headers
);

// JSON text with one member a line; numbers and strings stay as they are written. Other text
// is returned as it is, with control characters escaped.
[[nodiscard]] std::string indented(std::string_view text);

}  // namespace flightcast::app::topics
