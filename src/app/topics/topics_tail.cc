// SPDX-License-Identifier: Apache-2.0
#include "app/topics/topics_tail.h"

#include <algorithm>
#include <memory>

#include "base/limits.h"
#include "eventlog/positions.h"

namespace flightcast::app::topics {

using base::Result;
using eventlog::Position;
using eventlog::Record;

namespace {

char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// An id is the same in capitals and small letters, ours and those that others write.
bool is_same_letter(char a, char b) {
    return to_lower(a) == to_lower(b);
}

// The key tells, and for records without one, such as the original system's requests, the text.
bool is_of(const Record& record, const std::string& uuid) {
    if (uuid.empty()) return true;
    if (record.key && std::ranges::equal(*record.key, uuid, is_same_letter)) return true;
    return record.value && !std::ranges::search(*record.value, uuid, is_same_letter).empty();
}

}  // namespace

Result<std::size_t> tail_topic(
    TopicsSource& source, const TailOptions& options, const WriteRecord& write
) {
    FC_TRY(
        std::unique_ptr<eventlog::Reader> reader,
        source.log().open_reader({.topics = {options.topic}, .start = options.start})
    );
    FC_TRY(
        const std::vector<Position> ends, eventlog::ends_of(source.log().admin(), {options.topic})
    );
    std::size_t written = 0;
    while (true) {
        FC_TRY(const std::vector<Record> records, reader->poll(base::limits::kPollRecordsMax));
        for (const Record& record : records) {
            if (!is_of(record, options.uuid)) continue;
            if (options.count && written == *options.count) return written;
            FC_TRY_VOID(write(record_text(record, options.form, options.headers)));
            ++written;
        }
        if (options.count && written == *options.count) return written;
        if (!records.empty()) continue;
        if (options.follow == Follow::no && eventlog::has_reached(reader->positions(), ends))
            return written;
        FC_TRY_VOID(source.wait(reader));
    }
}

}  // namespace flightcast::app::topics
