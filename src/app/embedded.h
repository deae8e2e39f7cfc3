// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "app/data_folder.h"
#include "app/options.h"
#include "base/clock.h"
#include "base/result.h"
#include "eventlog/local/local_log.h"
#include "eventlog/sqlite/sqlite_storage.h"
#include "sqlite/checkpointer.h"
#include "store/sqlite/sqlite_store.h"

namespace flightcast::app {

// What one machine needs to keep records and outcomes: a folder with one SQLite file in it, which
// holds the log and the store.
struct EmbeddedData {
    DataFolder folder;
    std::unique_ptr<eventlog::sqlite::SqliteStorage> storage;
    std::unique_ptr<eventlog::local::LocalLog> log;
    std::unique_ptr<store::sqlite::SqliteStore> store;
    std::unique_ptr<sqlite::Checkpointer> checkpointer;
};

// The consumer groups, with the names that users see.
inline constexpr const char* kScorerGroup = "flightcast-scorer";
inline constexpr const char* kArchiverGroup = "flightcast-archiver";

// Opens the data folder of `options`, and creates the topics that are missing.
// REQUIRES: `clock` outlives the result.
[[nodiscard]] base::Result<EmbeddedData> open_embedded_data(
    const ServeOptions& options, const base::Clock& clock
);

}  // namespace flightcast::app
