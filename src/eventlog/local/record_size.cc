// SPDX-License-Identifier: Apache-2.0
#include "eventlog/local/record_size.h"

namespace flightcast::eventlog::local {

std::size_t record_size(const Record& record) {
    std::size_t total = kRecordOverheadBytes;
    if (record.key) total += record.key->size();
    if (record.value) total += record.value->size();
    for (const Header& header : record.headers) {
        total += kHeaderOverheadBytes + header.name.size() + header.value.size();
    }
    return total;
}

}  // namespace flightcast::eventlog::local
