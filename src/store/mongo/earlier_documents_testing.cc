// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/earlier_documents_testing.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "base/check.h"
#include "flight/golden_testing.h"

namespace flightcast::store::mongo {

namespace fs = std::filesystem;
namespace json = boost::json;
using flight::OutcomeKind;
using flight::ResponseFields;

namespace {

struct Kind {
    OutcomeKind kind;
    const char* collection;
    const char* records;
};
constexpr Kind kKinds[] = {
    {OutcomeKind::prediction, "flight_delay_ml_response", "responses.jsonl"},
    {OutcomeKind::failure, "flight_delay_ml_failure", "dead-letters.jsonl"},
};

json::value json_of_file(const fs::path& path) {
    std::ifstream file(path);
    return json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

std::vector<std::string> values_of_records(const fs::path& file) {
    std::vector<std::string> values;
    for (const std::string& line : flight::lines_of_file(file)) {
        values.emplace_back(json::parse(line).at("value").as_string());
    }
    return values;
}

EarlierCollection collection_of(const fs::path& run, const Kind& kind) {
    EarlierCollection collection{
        .run = run,
        .kind = kind.kind,
        .fields =
            run.filename() == "kafka-original" ? ResponseFields::original : ResponseFields::all,
        .name = kind.collection,
        .documents = flight::lines_of_file(run / (kind.collection + std::string(".jsonl"))),
        .indexes = {},
        .records = values_of_records(run / kind.records)
    };
    const json::value indexes = json_of_file(run / "indexes.json");
    for (const auto& [name, index] : indexes.at(kind.collection).as_object()) {
        collection.indexes.emplace_back(name);
    }
    std::ranges::sort(collection.indexes);
    return collection;
}

}  // namespace

std::vector<EarlierCollection> earlier_collections(const fs::path& root) {
    std::vector<EarlierCollection> collections;
    for (const auto& version : fs::directory_iterator(root / "tests/compatibility/testdata")) {
        for (const char* run : {"kafka-all", "kafka-original"}) {
            for (const Kind& kind : kKinds) {
                collections.push_back(collection_of(version.path() / run, kind));
            }
        }
    }
    return collections;
}

std::vector<EarlierPoll> earlier_polls(const EarlierCollection& collection) {
    std::vector<EarlierPoll> polls;
    const json::value clients = json_of_file(collection.run / "clients.json");
    for (const auto& [id, seen] : clients.as_object()) {
        const std::string body(seen.at("poll").as_string());
        if (body.starts_with(R"({"status": "OK")")) polls.push_back({std::string(id), body});
    }
    return polls;
}

Bson bson_of(const std::string& extended_json) {
    bson_error_t error{};
    Bson bson(bson_new_from_json(
        reinterpret_cast<const std::uint8_t*>(extended_json.data()),
        static_cast<ssize_t>(extended_json.size()),
        &error
    ));
    FC_CHECK(static_cast<bool>(bson));
    return bson;
}

std::string canonical(const bson_t& bson) {
    char* text = bson_as_canonical_extended_json(&bson, nullptr);
    std::string result(text);
    bson_free(text);
    return result;
}

}  // namespace flightcast::store::mongo
