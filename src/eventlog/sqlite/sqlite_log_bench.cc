// SPDX-License-Identifier: Apache-2.0
//
// The cost of each record when a topic is read from the disk.
#include <benchmark/benchmark.h>

#include <string>

#include "base/temporary_folder.h"
#include "eventlog/sqlite/sqlite_storage.h"

namespace flightcast::eventlog::sqlite {
namespace {

constexpr std::int64_t kRecords = 100'000;
constexpr std::size_t kValueBytes = 640;

void read_record(benchmark::State& state) {
    const base::TemporaryFolder folder;
    auto storage = SqliteStorage::open(folder.path() / "flightcast.db").value();
    const TopicPartition at{"flight-delay-ml-evaluation", PartitionId(0)};
    static_cast<void>(storage->create_topic({.name = at.topic, .partitions = 1, .retention = {}}));
    local::Commit commit;
    for (std::int64_t i = 0; i < kRecords; ++i) {
        commit.records.push_back(
            {.at = at,
             .offset = Offset(i),
             .appended = RecordTime(std::chrono::milliseconds(i)),
             .key = "8e90da7e-63f5-45f9-8f3d-7d948120e5a2",
             .value = std::string(kValueBytes, 'x'),
             .headers = {{"content-type", "application/json"}, {"schema", "1"}}}
        );
    }
    static_cast<void>(storage->commit(commit));
    const auto batch = static_cast<std::size_t>(state.range(0));
    std::int64_t next = 0;
    std::int64_t read = 0;
    for (auto _ : state) {
        const auto records = storage->read(at, Offset(next), batch).value();
        next = records.size() < batch ? 0 : next + static_cast<std::int64_t>(batch);
        read += static_cast<std::int64_t>(records.size());
    }
    state.SetItemsProcessed(read);
}
BENCHMARK(read_record)->Arg(256)->Arg(4'096);

}  // namespace
}  // namespace flightcast::eventlog::sqlite
