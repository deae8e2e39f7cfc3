// SPDX-License-Identifier: Apache-2.0
#include "app/cli/data_flags.h"

#include <CLI/App.hpp>
#include <cstdio>
#include <system_error>
#include <vector>

#include "dataset/flight_file.h"
#include "forest/bundle.h"

namespace flightcast::app::cli {
namespace {

namespace fs = std::filesystem;

bool is_same_file(const fs::path& one, const fs::path& other) {
    std::error_code error;
    return fs::equivalent(one, other, error) && !error;
}

}  // namespace

void add_columns_flag(CLI::App& flags, std::string& columns) {
    flags
        .add_option(
            "--columns",
            columns,
            "Names of columns, or JSON keys, that are not known: Carrier=AL,FlightDate=day; an "
            "empty name leaves a field unread."
        )
        ->type_name("OURS=THEIRS,...");
}

base::Result<void> check_files_apart(const FilePlan& plan) {
    for (const fs::path& output : plan.outputs) {
        if (output.empty() || output == "-") continue;
        std::error_code error;
        if (!fs::is_regular_file(output, error)) continue;
        for (const fs::path& input : plan.inputs) {
            if (!is_same_file(input, output)) continue;
            return base::fail(
                base::Errc::invalid_argument,
                output.string() + " would be overwritten, and " + input.string() +
                    " is read from it; choose another file to write"
            );
        }
    }
    return {};
}

std::vector<fs::path> files_of_model(const fs::path& folder) {
    if (folder.empty()) return {};
    return {
        folder / forest::kBundleFile,
        folder / forest::kForestFile,
        folder / forest::kSparkForestFile,
        folder / forest::kOnlineStateFile,
    };
}

void say_repeated(std::span<const fs::path> files) {
    for (const fs::path& file : dataset::repeated_files(files)) {
        std::fprintf(
            stderr,
            "note: %s is named twice or more in --data; its flights count as often\n",
            file.c_str()
        );
    }
}

}  // namespace flightcast::app::cli
