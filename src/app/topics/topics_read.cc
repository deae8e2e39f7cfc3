// SPDX-License-Identifier: Apache-2.0
#include "app/topics/topics_read.h"

#include <memory>

#include "base/limits.h"
#include "eventlog/positions.h"

namespace flightcast::app::topics {

using base::Result;
using eventlog::Position;
using eventlog::Record;

Result<void> read_to_end(
    TopicsSource& source,
    const std::string& topic,
    const eventlog::Start& start,
    const TakeRecord& take
) {
    FC_TRY(
        std::unique_ptr<eventlog::Reader> reader,
        source.log().open_reader({.topics = {topic}, .start = start})
    );
    FC_TRY(const std::vector<Position> ends, eventlog::ends_of(source.log().admin(), {topic}));
    while (true) {
        FC_TRY(const std::vector<Record> records, reader->poll(base::limits::kPollRecordsMax));
        for (const Record& record : records) FC_TRY_VOID(take(record));
        if (!records.empty()) continue;
        if (eventlog::has_reached(reader->positions(), ends)) return {};
        FC_TRY_VOID(source.wait(reader));
    }
}

}  // namespace flightcast::app::topics
