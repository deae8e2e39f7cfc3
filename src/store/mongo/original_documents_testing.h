// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace flightcast::store::mongo {

// The original system's documents for one request (testdata/README.md).
struct OriginalDocument {
    std::string name;      // of the case
    std::string response;  // the record on the response topic
    std::string bson;      // the document's bytes
    std::string polled;    // the answer of its polling endpoint; empty: an error
};

// Those of testdata/ below the source folder `root`, and those of the whole recording where it
// stands beside that folder.
[[nodiscard]] std::vector<OriginalDocument> original_documents(const std::filesystem::path& root);

}  // namespace flightcast::store::mongo
