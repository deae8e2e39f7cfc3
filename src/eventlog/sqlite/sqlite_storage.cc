// SPDX-License-Identifier: Apache-2.0
//
// Tables: topic(id, name, partitions, retention_ms), position(group_name, topic, part, next), and
// for each partition log_<topic id>_<partition>(at, time_ms, key, value, headers), `at` its offset.
// record_bytes (record_bytes.h) has what was counted for retention by size.
//
// One connection writes; a second one reads, since WAL lets both work at once. `synchronous` is
// FULL (the WAL is flushed at commit) for commits that must survive a power cut and NORMAL for the
// rest: the WAL keeps commits in order, so losing one loses only those after it.
#include "eventlog/sqlite/sqlite_storage.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"
#include "base/planted_bug.h"
#include "eventlog/sqlite/headers_blob.h"
#include "eventlog/sqlite/record_bytes.h"

namespace flightcast::eventlog::sqlite {

using base::Result;
using flightcast::sqlite::Database;
using flightcast::sqlite::migrate;
using flightcast::sqlite::Statement;
using flightcast::sqlite::Transaction;

namespace {

constexpr std::array kSchema = {
    R"(CREATE TABLE topic(
           id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL,
           retention_ms INTEGER);
       CREATE TABLE position(
           group_name TEXT NOT NULL, topic TEXT NOT NULL, part INTEGER NOT NULL,
           next INTEGER NOT NULL, PRIMARY KEY(group_name, topic, part)) WITHOUT ROWID;)",
};

// When another program holds the file, clients are told before their own patience ends. Once one
// write waited in vain, the others wait only briefly until one succeeds: writes that stand in a
// queue must not add their waits up.
constexpr int kPatienceMs = 2'000;
constexpr int kPatienceWhileHeldMs = 50;

std::string table_of(std::int64_t topic_id, std::int32_t partition) {
    return "log_" + std::to_string(topic_id) + "_" + std::to_string(partition);
}

Result<std::string> table_of(Database& database, const TopicPartition& at) {
    FC_TRY(Statement select, database.prepare("SELECT id FROM topic WHERE name = ?"));
    select.bind(1, at.topic);
    FC_TRY(const bool found, select.step());
    if (!found) return base::fail(base::Errc::not_found, "there is no topic '" + at.topic + "'");
    return table_of(select.integer(0), at.partition.value());
}

}  // namespace

SqliteStorage::SqliteStorage(Access access, Database writer, Database reader)
    : access_(access), writer_(std::move(writer)), reader_(std::move(reader)) {}

Result<std::unique_ptr<SqliteStorage>> SqliteStorage::open(const std::filesystem::path& file) {
    FC_TRY(Database writer, Database::open(file, {.busy_timeout_ms = kPatienceMs}));
    // A checkpoint flushes many pages; `Checkpointer` does that beside us, not in a commit.
    FC_TRY_VOID(writer.run("PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=NORMAL"));
    FC_TRY_VOID(migrate(writer, "eventlog", kSchema));
    FC_TRY_VOID(create_record_bytes(writer));
    FC_TRY_VOID(writer.guard_files());
    FC_TRY(Database reader, Database::open(file, {.read_only = true}));
    std::unique_ptr<SqliteStorage> storage(
        new SqliteStorage(Access::read_write, std::move(writer), std::move(reader))
    );
    FC_TRY(
        storage->upsert_position_,
        storage->writer_.prepare("INSERT OR REPLACE INTO position VALUES(?, ?, ?, ?)")
    );
    return storage;
}

Result<std::unique_ptr<SqliteStorage>> SqliteStorage::open_read_only(
    const std::filesystem::path& file
) {
    FC_TRY(Database writer, Database::open(file, {.read_only = true}));
    FC_TRY(Database reader, Database::open(file, {.read_only = true}));
    return std::unique_ptr<SqliteStorage>(
        new SqliteStorage(Access::read_only, std::move(writer), std::move(reader))
    );
}

Result<TopicDescription> SqliteStorage::describe(const TopicSpec& spec) {
    TopicDescription description{.spec = spec, .partitions = {}};
    for (std::int32_t i = 0; i < spec.partitions; ++i) {
        FC_TRY(const std::string table, table_of(reader_, {spec.name, PartitionId(i)}));
        FC_TRY(
            Statement range,
            reader_.prepare("SELECT ifnull(min(at), 0), ifnull(max(at) + 1, 0) FROM " + table)
        );
        FC_TRY(const bool found, range.step());
        static_cast<void>(found);  // An aggregate always has one row.
        description.partitions.push_back(
            {PartitionId(i), Offset(range.integer(0)), Offset(range.integer(1))}
        );
    }
    return description;
}

// Its connection is its own: the one that writes may wait for another program.
Result<void> SqliteStorage::set_retention(
    const std::filesystem::path& file,
    const std::string& topic,
    std::optional<std::chrono::milliseconds> retention
) {
    FC_TRY(Database database, Database::open(file, {.busy_timeout_ms = kPatienceMs}));
    FC_TRY(Transaction transaction, Transaction::begin(database));
    FC_TRY(const std::string table, table_of(database, {topic, PartitionId(0)}));
    static_cast<void>(table);  // The topic is there.
    FC_TRY(Statement update, database.prepare("UPDATE topic SET retention_ms = ? WHERE name = ?"));
    if (retention) update.bind(1, retention->count());
    update.bind(2, topic);
    FC_TRY_VOID(update.run());
    return transaction.commit();
}

Result<std::vector<TopicSpec>> SqliteStorage::load_specs() {
    FC_TRY(Statement topics, reader_.prepare("SELECT name, partitions, retention_ms FROM topic"));
    std::vector<TopicSpec> specs;
    while (true) {
        FC_TRY(const bool more, topics.step());
        if (!more) return specs;
        TopicSpec spec{topics.text(0), static_cast<std::int32_t>(topics.integer(1)), std::nullopt};
        if (topics.text_or_null(2)) spec.retention = std::chrono::milliseconds(topics.integer(2));
        specs.push_back(std::move(spec));
    }
}

Result<std::vector<TopicSpec>> SqliteStorage::specs() {
    const std::lock_guard lock(reader_mutex_);
    return load_specs();
}

Result<void> SqliteStorage::load_topics(local::Contents& contents) {
    FC_TRY(const std::vector<TopicSpec> specs, load_specs());
    for (const TopicSpec& spec : specs) {
        FC_TRY(TopicDescription description, describe(spec));
        contents.topics.push_back(std::move(description));
    }
    return {};
}

Result<void> SqliteStorage::load_positions(local::Contents& contents) {
    FC_TRY(
        Statement positions, reader_.prepare("SELECT group_name, topic, part, next FROM position")
    );
    while (true) {
        FC_TRY(const bool more, positions.step());
        if (!more) return {};
        const PartitionId partition(static_cast<std::int32_t>(positions.integer(2)));
        contents.positions.push_back(
            {positions.text(0), {{positions.text(1), partition}, Offset(positions.integer(3))}}
        );
    }
}

Result<void> SqliteStorage::load_bytes(local::Contents& contents) {
    for (const TopicDescription& topic : contents.topics) {
        for (const PartitionRange& range : topic.partitions) {
            if (range.first == range.end) continue;
            local::PartitionBytes counted{
                {topic.spec.name, range.partition}, range.first, range.end
            };
            FC_TRY(const std::string table, table_of(reader_, counted.at));
            FC_TRY(counted.bytes, count_bytes(reader_, table, counted));
            contents.bytes.push_back(std::move(counted));
        }
    }
    return {};
}

Result<local::Contents> SqliteStorage::load() {
    const std::lock_guard lock(reader_mutex_);
    local::Contents contents;
    FC_TRY_VOID(load_topics(contents));
    FC_TRY_VOID(load_positions(contents));
    // A look needs no count, which may take a while.
    if (access_ == Access::read_write) FC_TRY_VOID(load_bytes(contents));
    return contents;
}

Result<SqliteStorage::Transaction> SqliteStorage::begin_writing() {
    Result<Transaction> transaction = Transaction::begin(writer_);
    const bool is_held = !transaction && transaction.error().code == base::Errc::unavailable;
    writer_.wait_for_others(is_held ? kPatienceWhileHeldMs : kPatienceMs);
    return transaction;
}

Result<void> SqliteStorage::create_topic(const TopicSpec& spec) {
    const std::lock_guard lock(writer_mutex_);
    FC_TRY(Transaction transaction, begin_writing());
    FC_TRY(
        Statement insert,
        writer_.prepare("INSERT INTO topic(name, partitions, retention_ms) VALUES(?, ?, ?)")
    );
    insert.bind(1, spec.name);
    insert.bind(2, spec.partitions);
    if (spec.retention) insert.bind(3, spec.retention->count());
    FC_TRY_VOID(insert.run());
    for (std::int32_t i = 0; i < spec.partitions; ++i) {
        FC_TRY(const std::string table, table_of(writer_, {spec.name, PartitionId(i)}));
        FC_TRY_VOID(writer_.run(
            "CREATE TABLE " + table +
            "(at INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, key TEXT, value TEXT, headers BLOB)"
        ));
    }
    return transaction.commit();
}

Result<Statement*> SqliteStorage::insert_into(const TopicPartition& at) {
    const auto known = inserts_.find(at);
    if (known != inserts_.end()) return &known->second;
    FC_TRY(const std::string table, table_of(writer_, at));
    FC_TRY(Statement insert, writer_.prepare("INSERT INTO " + table + " VALUES(?, ?, ?, ?, ?)"));
    return &inserts_.emplace(at, std::move(insert)).first->second;
}

Result<void> SqliteStorage::insert(const Record& record) {
    FC_TRY(Statement* const statement, insert_into(record.at));
    const std::string headers = encode_headers(record.headers);
    statement->bind(1, record.offset.value());
    statement->bind(2, record.appended.time_since_epoch().count());
    statement->bind(3, record.key);
    statement->bind(4, record.value);
    statement->bind_borrowed(5, headers);
    return statement->run();
}

Result<void> SqliteStorage::set_position(const local::GroupPosition& position) {
    upsert_position_.bind(1, position.group);
    upsert_position_.bind(2, position.position.at.topic);
    upsert_position_.bind(3, position.position.at.partition.value());
    upsert_position_.bind(4, position.position.next.value());
    return upsert_position_.run();
}

Result<void> SqliteStorage::set_durable(bool durable) {
    if (durable == durable_) return {};
    FC_TRY_VOID(writer_.run(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"));
    durable_ = durable;
    return {};
}

Result<void> SqliteStorage::commit(const local::Commit& commit) {
    const std::lock_guard lock(writer_mutex_);
    const bool forgets_flush = base::is_planted(base::PlantedBug::commits_not_flushed);
    FC_TRY_VOID(set_durable(commit.durable && !forgets_flush));
    FC_TRY(Transaction transaction, begin_writing());
    for (const Record& record : commit.records) FC_TRY_VOID(insert(record));
    for (const local::GroupPosition& position : commit.positions)
        FC_TRY_VOID(set_position(position));
    return commit.durable ? transaction.commit_for_good() : transaction.commit();
}

Result<void> SqliteStorage::check() {
    const std::lock_guard lock(writer_mutex_);
    return writer_.check_files();
}

Result<void> SqliteStorage::try_to_write() {
    const std::lock_guard lock(writer_mutex_);
    FC_TRY_VOID(set_durable(true));
    return writer_.try_to_write();
}

Result<std::vector<Record>> SqliteStorage::read(
    const TopicPartition& at, Offset from, std::size_t records_max
) {
    const std::lock_guard lock(reader_mutex_);
    auto known = selects_.find(at);
    if (known == selects_.end()) {
        FC_TRY(const std::string table, table_of(reader_, at));
        FC_TRY(
            Statement select,
            reader_.prepare(
                "SELECT at, time_ms, key, value, headers FROM " + table +
                " WHERE at >= ? ORDER BY at LIMIT ?"
            )
        );
        known = selects_.emplace(at, std::move(select)).first;
    }
    Statement& select = known->second;
    select.bind(1, from.value());
    select.bind(2, static_cast<std::int64_t>(records_max));
    std::vector<Record> records;
    records.reserve(std::min<std::size_t>(records_max, base::limits::kPollRecordsMax));
    // Nearly all records of a topic have the same headers.
    std::string blob;
    Result<std::vector<Header>> headers{std::vector<Header>{}};
    Result<bool> more = select.step();
    for (; more && *more; more = select.step()) {
        if (records.empty() || select.borrowed(4) != blob) {
            blob = select.borrowed(4);
            headers = decode_headers(blob);
        }
        if (!headers) {
            select.reset();
            return std::unexpected(std::move(headers).error());
        }
        records.push_back(
            {.at = at,
             .offset = Offset(select.integer(0)),
             .appended = RecordTime(std::chrono::milliseconds(select.integer(1))),
             .key = select.text_or_null(2),
             .value = select.text_or_null(3),
             .headers = *headers}
        );
    }
    select.reset();  // Ends the read transaction, or the WAL could never be emptied.
    if (!more) return std::unexpected(std::move(more).error());
    return records;
}

Result<std::size_t> SqliteStorage::trim(const TopicPartition& at, Offset first) {
    const std::lock_guard lock(writer_mutex_);
    FC_TRY(const std::string table, table_of(writer_, at));
    FC_TRY(Transaction transaction, begin_writing());
    FC_TRY(const std::size_t bytes, bytes_before(writer_, table, first));
    FC_TRY(Statement remove, writer_.prepare("DELETE FROM " + table + " WHERE at < ?"));
    remove.bind(1, first.value());
    FC_TRY_VOID(remove.run());
    FC_TRY_VOID(transaction.commit());
    return bytes;
}

Result<void> SqliteStorage::note_bytes(const std::vector<local::PartitionBytes>& counted) {
    const std::lock_guard lock(writer_mutex_);
    FC_TRY(Transaction transaction, begin_writing());
    FC_TRY_VOID(store_record_bytes(writer_, counted));
    return transaction.commit();
}

}  // namespace flightcast::eventlog::sqlite
