// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "eventlog/record.h"
#include "flight/form/form.h"

namespace flightcast::compatibility {

// The records of a gateway and a scorer of one version on a cluster (README.md).
struct Run {
    std::string name;
    std::filesystem::path model;  // the bundle that scored
    bool original_fields = false;
    // Each topic's records, by partition and offset.
    std::vector<eventlog::Record> requests;
    std::vector<eventlog::Record> responses;
    std::vector<eventlog::Record> dead_letters;
};

// A form that was submitted, and the id that it was accepted under.
struct SentForm {
    std::string id;
    flight::Fields fields;
};

// All runs of all versions in testdata/ below the source folder `root`.
[[nodiscard]] std::vector<Run> runs_of(const std::filesystem::path& root);

[[nodiscard]] std::vector<SentForm> forms_of(const std::filesystem::path& root, const Run& run);

}  // namespace flightcast::compatibility
