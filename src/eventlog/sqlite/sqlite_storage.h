// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/local/storage.h"
#include "sqlite/database.h"

namespace flightcast::eventlog::sqlite {

// Keeps a log in one SQLite file. Every partition is a table of its own whose row id is the offset,
// so appending writes at the right edge of a B-tree and reading is a scan.
//
// Thread-safety: any thread may call any member; only one at a time calls commit and trim.
class SqliteStorage final : public local::Storage {
  public:
    // Opens or creates the tables in `file`. Errc::io, Errc::corrupt, Errc::unsupported (a newer
    // file), each naming it.
    [[nodiscard]] static base::Result<std::unique_ptr<SqliteStorage>> open(
        const std::filesystem::path& file
    );

    // The same for a file that another process writes: whatever would change it fails.
    [[nodiscard]] static base::Result<std::unique_ptr<SqliteStorage>> open_read_only(
        const std::filesystem::path& file
    );

    // Changes how long a topic in `file` keeps records, none: as the log's default. A log at work
    // on it goes by that with the next trim. Errc::not_found when there is no such topic.
    [[nodiscard]] static base::Result<void> set_retention(
        const std::filesystem::path& file,
        const std::string& topic,
        std::optional<std::chrono::milliseconds> retention
    );

    base::Result<local::Contents> load() override;
    base::Result<std::vector<TopicSpec>> specs() override;
    base::Result<void> create_topic(const TopicSpec& spec) override;
    base::Result<void> commit(const local::Commit& commit) override;
    base::Result<void> check() override;
    base::Result<void> try_to_write() override;
    base::Result<std::vector<Record>> read(
        const TopicPartition& at, Offset from, std::size_t records_max
    ) override;
    base::Result<std::size_t> trim(const TopicPartition& at, Offset first) override;
    base::Result<void> note_bytes(const std::vector<local::PartitionBytes>& counted) override;

  private:
    using Database = flightcast::sqlite::Database;
    using Statement = flightcast::sqlite::Statement;
    using Transaction = flightcast::sqlite::Transaction;

    enum class Access { read_only, read_write };

    SqliteStorage(Access access, Database writer, Database reader);

    base::Result<Transaction> begin_writing();
    base::Result<Statement*> insert_into(const TopicPartition& at);
    base::Result<void> insert(const Record& record);
    base::Result<void> set_position(const local::GroupPosition& position);
    base::Result<void> set_durable(bool durable);
    base::Result<TopicDescription> describe(const TopicSpec& spec);
    base::Result<std::vector<TopicSpec>> load_specs();
    base::Result<void> load_topics(local::Contents& contents);
    base::Result<void> load_positions(local::Contents& contents);
    base::Result<void> load_bytes(local::Contents& contents);

    const Access access_;
    std::mutex writer_mutex_;
    Database writer_;                              // guarded by writer_mutex_
    std::map<TopicPartition, Statement> inserts_;  // guarded by writer_mutex_
    Statement upsert_position_;                    // guarded by writer_mutex_
    bool durable_ = false;                         // guarded by writer_mutex_: as SQLite has it
    std::mutex reader_mutex_;
    Database reader_;                              // guarded by reader_mutex_
    std::map<TopicPartition, Statement> selects_;  // guarded by reader_mutex_
};

}  // namespace flightcast::eventlog::sqlite
