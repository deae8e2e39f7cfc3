// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataset/row/column_names.h"

namespace CLI {
class App;
}

namespace flightcast::app::cli {

// Of --threads.
inline constexpr std::size_t kThreadsMax = 256;

// The help of --data of every command that reads flights.
inline constexpr const char* kDataHelp =
    "Files of flights: CSV or JSON; plain, .gz, .bz2, .zip or Parquet; - is standard input.";

// Adds --columns, whose text goes to `columns`, to a command that reads flights.
void add_columns_flag(CLI::App& flags, std::string& columns);

// The files that a command reads and those that it will write; of folders of models their files.
struct FilePlan {
    std::span<const std::filesystem::path> inputs;
    std::span<const std::filesystem::path> outputs;  // "-" and empty ones count for nothing
};

// Refuses an output that is one of the inputs, by whatever path, before anything is read. Fails
// with invalid_argument, the detail names the file.
[[nodiscard]] base::Result<void> check_files_apart(const FilePlan& plan);

// The files of the model in `folder`; nothing when that is empty.
[[nodiscard]] std::vector<std::filesystem::path> files_of_model(
    const std::filesystem::path& folder
);

// Says on standard error which files are named more than once, since their flights count as often.
void say_repeated(std::span<const std::filesystem::path> files);

}  // namespace flightcast::app::cli
