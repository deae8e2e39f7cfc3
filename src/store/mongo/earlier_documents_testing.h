// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "flight/outcome.h"
#include "flight/prediction_json.h"
#include "store/mongo/handles.h"

namespace flightcast::store::mongo {

// The documents of an earlier version in one collection (tests/compatibility/README.md).
struct EarlierCollection {
    std::filesystem::path run;  // the folder that it was read from
    flight::OutcomeKind kind{};
    flight::ResponseFields fields{};
    std::string name;                    // of the collection
    std::vector<std::string> documents;  // canonical extended JSON, by `_id`
    std::vector<std::string> indexes;    // their names, sorted
    // The values on the topic that the documents were made from, in the order of their partitions.
    std::vector<std::string> records;
};

[[nodiscard]] std::vector<EarlierCollection> earlier_collections(const std::filesystem::path& root);

// What a client got from the polling endpoint, by request; only those that were answered OK.
struct EarlierPoll {
    std::string id;
    std::string body;
};
[[nodiscard]] std::vector<EarlierPoll> earlier_polls(const EarlierCollection& collection);

[[nodiscard]] Bson bson_of(const std::string& extended_json);

// Canonical extended JSON.
[[nodiscard]] std::string canonical(const bson_t& bson);

}  // namespace flightcast::store::mongo
