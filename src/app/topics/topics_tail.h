// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "app/topics/topics_record.h"
#include "app/topics/topics_source.h"
#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::app::topics {

enum class Follow { no, yes };

// Which records are shown, and how.
struct TailOptions {
    std::string topic;
    eventlog::Start start = eventlog::FromEnd{};
    Follow follow = Follow::yes;         // no: until the end that the log has now
    std::string uuid{};                  // only records of this request; empty: all
    std::optional<std::size_t> count{};  // stop after so many
    RecordForm form = RecordForm::pretty;
    ShowHeaders headers = ShowHeaders::no;
};

// Takes the text of one record.
using WriteRecord = std::function<base::Result<void>(const std::string&)>;

// Writes records until there is nothing more to do, for ever when it follows. The number of records
// written. An error of `write` ends it.
[[nodiscard]] base::Result<std::size_t> tail_topic(
    TopicsSource& source, const TailOptions& options, const WriteRecord& write
);

}  // namespace flightcast::app::topics
