// SPDX-License-Identifier: Apache-2.0
#include "app/embedded.h"

#include <utility>

namespace flightcast::app {

using base::Result;

Result<EmbeddedData> open_embedded_data(const ServeOptions& options, const base::Clock& clock) {
    const std::filesystem::path path =
        options.data_dir.empty() ? default_data_dir() : options.data_dir;
    FC_TRY(DataFolder folder, DataFolder::open(path));
    const std::filesystem::path file = folder.database();
    FC_TRY(auto storage, eventlog::sqlite::SqliteStorage::open(file));
    FC_TRY(auto log, eventlog::local::LocalLog::open(*storage, clock));
    for (const std::string& topic :
         {options.request_topic, options.response_topic, options.dead_letter_topic}) {
        FC_TRY_VOID(log->admin().create_topic({.name = topic, .partitions = 1}));
    }
    FC_TRY(auto store, store::sqlite::SqliteStore::open(file, clock));
    FC_TRY(auto checkpointer, sqlite::Checkpointer::start(file));
    return EmbeddedData{
        .folder = std::move(folder),
        .storage = std::move(storage),
        .log = std::move(log),
        .store = std::move(store),
        .checkpointer = std::move(checkpointer)
    };
}

}  // namespace flightcast::app
