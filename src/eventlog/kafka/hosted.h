// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/kafka/shared/log_parts.h"

namespace flightcast::eventlog::kafka {

// Readers of eventlog/membership on librdkafka, with the threads that serve them.

// Asks the brokers where to begin, and waits for the answer.
[[nodiscard]] base::Result<std::unique_ptr<Reader>> open_plain_reader(
    const LogParts& parts, const ReaderOptions& options
);

// Looks the topics up, and waits for that; partitions come later, with polls.
[[nodiscard]] base::Result<std::unique_ptr<GroupReader>> join_as_member(
    const LogParts& parts, GroupOptions options
);

}  // namespace flightcast::eventlog::kafka
