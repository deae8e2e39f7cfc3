// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/uuid.h"

namespace flightcast::flight {

// The reason why a record could not be scored, as the dead-letter topic holds it.
struct Failure {
    std::optional<base::Uuid> id;  // absent when the record has none that can be read
    std::string reason;            // one word for programs: "bad_date", "not_json", "no_uuid", ...
    std::string message;           // one sentence for people
    std::string stage;             // "scorer"
    std::string topic;             // where the record stands
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    base::WallTime failed_at;
    std::string
        value;  // the record's value as read; cut to 10,000 bytes; UTF-8 (bad bytes replaced)

    bool operator==(const Failure&) const = default;
};

}  // namespace flightcast::flight
