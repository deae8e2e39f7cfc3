// SPDX-License-Identifier: Apache-2.0
#include "scoring/dead_letter.h"

#include <utility>

#include "flight/failure_json.h"

namespace flightcast::scoring {

using eventlog::Header;
using eventlog::NewRecord;
using eventlog::Record;

std::string dead_letter_key(const flight::Failure& failure, const Record& record) {
    if (failure.id) return failure.id->to_string();
    if (record.key) return *record.key;
    return record.at.topic + "/" + std::to_string(record.at.partition.value()) + "/" +
           std::to_string(record.offset.value());
}

NewRecord dead_letter(
    const flight::Failure& failure, std::string topic, std::string key, std::vector<Header> headers
) {
    headers.push_back({"cause", failure.reason});
    headers.push_back({"stage", failure.stage});
    headers.push_back({"topic", failure.topic});
    headers.push_back({"partition", std::to_string(failure.partition)});
    headers.push_back({"offset", std::to_string(failure.offset)});
    return {
        .topic = std::move(topic),
        .key = std::move(key),
        .value = flight::encode_failure(failure),
        .headers = std::move(headers)
    };
}

std::optional<NewRecord> without_text(const NewRecord& letter) {
    auto failure = flight::decode_failure(letter.value.value_or(""));
    if (!failure || failure->value.empty()) return std::nullopt;
    failure->value.clear();
    NewRecord smaller = letter;
    smaller.value = flight::encode_failure(*failure);
    return smaller;
}

}  // namespace flightcast::scoring
