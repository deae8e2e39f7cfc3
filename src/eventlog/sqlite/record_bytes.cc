// SPDX-License-Identifier: Apache-2.0
#include "eventlog/sqlite/record_bytes.h"

#include "eventlog/local/record_size.h"

namespace flightcast::eventlog::sqlite {

using base::Result;
using flightcast::sqlite::Database;
using flightcast::sqlite::Statement;

namespace {

// record_size() in SQL: as a BLOB, since the length of a text is in characters. A header takes
// eight bytes in the column besides its texts, too.
std::string sum_of_bytes(const std::string& table) {
    const auto length = [](const std::string& column) {
        return "ifnull(length(CAST(" + column + " AS BLOB)), 0)";
    };
    return "SELECT ifnull(sum(" + std::to_string(local::kRecordOverheadBytes) + " + " +
           length("key") + " + " + length("value") + " + " + length("headers") + "), 0) FROM " +
           table;
}

Result<std::size_t> sum(Database& database, const std::string& sql, Offset bound) {
    FC_TRY(Statement select, database.prepare(sql));
    select.bind(1, bound.value());
    FC_TRY(const bool found, select.step());
    return found ? static_cast<std::size_t>(select.integer(0)) : 0;
}

}  // namespace

Result<void> create_record_bytes(Database& database) {
    return database.run(
        "CREATE TABLE IF NOT EXISTS record_bytes("
        "topic TEXT NOT NULL, part INTEGER NOT NULL, first INTEGER NOT NULL, "
        "next INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY(topic, part)) WITHOUT ROWID"
    );
}

Result<std::size_t> count_bytes(
    Database& database, const std::string& table, const local::PartitionBytes& range
) {
    FC_TRY(
        Statement select,
        database.prepare(
            "SELECT next, bytes FROM record_bytes "
            "WHERE topic = ? AND part = ? AND first = ? AND next <= ?"
        )
    );
    select.bind(1, range.at.topic);
    select.bind(2, range.at.partition.value());
    select.bind(3, range.first.value());
    select.bind(4, range.end.value());
    FC_TRY(const bool is_noted, select.step());
    const Offset counted_to = is_noted ? Offset(select.integer(0)) : range.first;
    const auto noted = static_cast<std::size_t>(is_noted ? select.integer(1) : 0);
    FC_TRY(
        const std::size_t newer, sum(database, sum_of_bytes(table) + " WHERE at >= ?", counted_to)
    );
    return noted + newer;
}

Result<std::size_t> bytes_before(Database& database, const std::string& table, Offset first) {
    return sum(database, sum_of_bytes(table) + " WHERE at < ?", first);
}

Result<void> store_record_bytes(
    Database& database, const std::vector<local::PartitionBytes>& counted
) {
    FC_TRY(
        Statement insert,
        database.prepare("INSERT OR REPLACE INTO record_bytes VALUES(?, ?, ?, ?, ?)")
    );
    for (const local::PartitionBytes& partition : counted) {
        insert.bind(1, partition.at.topic);
        insert.bind(2, partition.at.partition.value());
        insert.bind(3, partition.first.value());
        insert.bind(4, partition.end.value());
        insert.bind(5, static_cast<std::int64_t>(partition.bytes));
        FC_TRY_VOID(insert.run());
    }
    return {};
}

}  // namespace flightcast::eventlog::sqlite
