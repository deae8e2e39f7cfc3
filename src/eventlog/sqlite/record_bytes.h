// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/local/storage.h"
#include "sqlite/database.h"

// How many bytes the records of a partition take, by record_size(): counted by reading them all
// once, afterwards only those that are newer than what was noted. A note is void when records that
// it counts are gone: an older program trims them without it.
//
// Thread-safety: that of the database.
namespace flightcast::eventlog::sqlite {

// Makes the table record_bytes(topic, part, first, next, bytes) unless it exists. Programs that do
// not know it leave it alone.
[[nodiscard]] base::Result<void> create_record_bytes(flightcast::sqlite::Database& database);

// What the records of `range` take, which are all of the partition in `table`.
[[nodiscard]] base::Result<std::size_t> count_bytes(
    flightcast::sqlite::Database& database,
    const std::string& table,
    const local::PartitionBytes& range
);

// The bytes of those before `first`.
[[nodiscard]] base::Result<std::size_t> bytes_before(
    flightcast::sqlite::Database& database, const std::string& table, Offset first
);

// REQUIRES: a transaction is open.
[[nodiscard]] base::Result<void> store_record_bytes(
    flightcast::sqlite::Database& database, const std::vector<local::PartitionBytes>& counted
);

}  // namespace flightcast::eventlog::sqlite
