// SPDX-License-Identifier: Apache-2.0
#include "written.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <optional>

namespace flightcast::compatibility {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr const char* kFolder = "tests/compatibility/testdata";

std::vector<fs::path> folders_in(const fs::path& folder) {
    std::vector<fs::path> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        if (entry.is_directory()) found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
}

std::string text_of(const json::value& value) {
    return std::string(value.as_string());
}

std::optional<std::string> text_or_nothing(const json::value& value) {
    return value.is_null() ? std::nullopt : std::optional(text_of(value));
}

eventlog::Record record_of(const json::object& row) {
    eventlog::Record record{
        .at =
            {text_of(row.at("topic")),
             eventlog::PartitionId(static_cast<std::int32_t>(row.at("partition").as_int64()))},
        .offset = eventlog::Offset(row.at("offset").as_int64()),
        .appended =
            eventlog::RecordTime(std::chrono::milliseconds(row.at("appended_ms").as_int64())),
        .key = text_or_nothing(row.at("key")),
        .value = text_or_nothing(row.at("value")),
        .headers = {}
    };
    for (const json::value& header : row.at("headers").as_array()) {
        record.headers.push_back({text_of(header.at(0)), text_of(header.at(1))});
    }
    return record;
}

std::vector<eventlog::Record> records_of(const fs::path& file) {
    std::ifstream lines(file);
    std::vector<eventlog::Record> records;
    for (std::string line; std::getline(lines, line);) {
        records.push_back(record_of(json::parse(line).as_object()));
    }
    return records;
}

}  // namespace

std::vector<Run> runs_of(const fs::path& root) {
    std::vector<Run> runs;
    for (const fs::path& version : folders_in(root / kFolder)) {
        for (const bool original_fields : {false, true}) {
            const fs::path folder = version / (original_fields ? "kafka-original" : "kafka-all");
            runs.push_back(
                {.name = (version.filename() / folder.filename()).string(),
                 .model = version / (original_fields ? "spark" : "trained"),
                 .original_fields = original_fields,
                 .requests = records_of(folder / "requests.jsonl"),
                 .responses = records_of(folder / "responses.jsonl"),
                 .dead_letters = records_of(folder / "dead-letters.jsonl")}
            );
        }
    }
    return runs;
}

std::vector<SentForm> forms_of(const fs::path& root, const Run& run) {
    std::ifstream file(root / kFolder / run.name / "sent.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::vector<SentForm> sent;
    const json::value entries = json::parse(text);
    for (const json::value& entry : entries.as_array()) {
        if (!entry.as_object().contains("form")) continue;
        SentForm form{.id = text_of(entry.at("id")), .fields = {}};
        for (const auto& [name, value] : entry.at("form").as_object()) {
            *flight::find_field(form.fields, name) = text_of(value);
        }
        sent.push_back(std::move(form));
    }
    return sent;
}

}  // namespace flightcast::compatibility
