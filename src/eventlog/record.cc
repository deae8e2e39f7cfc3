// SPDX-License-Identifier: Apache-2.0
#include "eventlog/record.h"

#include <algorithm>
#include <map>

namespace flightcast::eventlog {

std::size_t NewRecord::bytes() const {
    std::size_t total = (key ? key->size() : 0) + (value ? value->size() : 0);
    for (const Header& header : headers) total += header.name.size() + header.value.size();
    return total;
}

std::vector<Position> positions_after(const std::vector<Record>& records) {
    std::map<TopicPartition, Offset> next;
    for (const Record& record : records) {
        Offset& offset = next[record.at];
        offset = std::max(offset, record.offset.next());
    }
    std::vector<Position> positions;
    positions.reserve(next.size());
    for (const auto& [at, offset] : next) positions.push_back({at, offset});
    return positions;
}

}  // namespace flightcast::eventlog
