// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/plain_reader.h"

#include <map>
#include <utility>

#include "eventlog/kafka/offsets.h"
#include "eventlog/kafka/partition_lists.h"
#include "eventlog/kafka/settings.h"

namespace flightcast::eventlog::kafka {

using base::Result;

namespace {

// librdkafka assigns no partitions without a group's name; nothing is ever committed under it.
const OwnSettings kOwn = {{"group.id", kReadersGroup}};

}  // namespace

PlainReader::PlainReader(const LogParts& parts, std::vector<std::string> topics)
    : ClientEvents(parts.trouble),
      parts_(parts),
      topics_(std::move(topics)),
      places_(std::make_shared<LostPlaces>(parts.trouble, Offset(RD_KAFKA_OFFSET_BEGINNING))) {}

Result<std::unique_ptr<Reader>> PlainReader::open(
    const LogParts& parts, const ReaderOptions& options
) {
    auto reader = std::make_unique<PlainReader>(parts, options.topics);
    FC_TRY(ConfHandle conf, make_conf(parts.options, Role::plain_reader, kOwn));
    FC_TRY(reader->consumer_, Consumer::open(std::move(conf), *reader));
    FC_TRY_VOID(reader->begin(options.start));
    parts.housekeeper.add_reader(reader->consumer_->slot(), reader->places_);
    return reader;
}

// Where each partition begins is asked for now, so that "the end" is the end at this moment and
// positions are numbers from the start.
Result<void> PlainReader::begin(const Start& start) {
    version_ = parts_.directory.version();
    FC_TRY(const std::vector<TopicPartition> all, look_up_partitions(parts_, topics_));
    OffsetAt where = OffsetAt::beginning;
    if (std::holds_alternative<FromEnd>(start)) where = OffsetAt::end;
    if (const auto* from = std::get_if<FromTime>(&start)) where = offset_at(from->time);
    FC_TRY(
        const std::vector<Position> begins,
        ask_offsets(consumer_->client(), trouble(), all, where, parts_.options.call_timeout)
    );
    for (const Position& position : begins) consumer_->set_position(position);
    if (const auto* from = std::get_if<FromPositions>(&start)) {
        for (const Position& position : from->positions) {
            // What retention has removed is passed over.
            const auto known = consumer_->positions().find(position.at);
            if (known == consumer_->positions().end() || position.next <= known->second) continue;
            consumer_->set_position(position);
        }
    }
    return assign();
}

Result<void> PlainReader::assign() {
    const std::vector<Position> all = positions();
    const rd_kafka_resp_err_t code = rd_kafka_assign(&consumer_->client(), list_of(all).get());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return std::unexpected(trouble().explain(code, "assigning partitions"));
}

Result<void> PlainReader::follow_partitions() {
    const std::uint64_t version = parts_.directory.version();
    if (version == version_) return {};
    bool added = false;
    for (const std::string& topic : topics_) {
        const std::int32_t count = parts_.directory.partitions_of(topic).value_or(0);
        for (const TopicPartition& at : all_partitions(topic, count)) {
            if (consumer_->positions().contains(at)) continue;
            consumer_->set_position({at, Offset(0)});
            added = true;
        }
    }
    if (added) FC_TRY_VOID(assign());
    version_ = version;
    return {};
}

void PlainReader::lost(const TopicPartition& at, std::optional<Offset> place) {
    places_->lost(at, place);
    parts_.housekeeper.hurry();
}

Result<void> PlainReader::follow_places() {
    const std::vector<Position> found = places_->found();
    if (found.empty()) return {};
    for (const Position& position : found) consumer_->set_position(position);
    FC_TRY_VOID(assign());
    for (const Position& position : found) places_->forget(position.at);
    return {};
}

Result<std::vector<Record>> PlainReader::poll(std::size_t records_max) {
    FC_TRY_VOID(follow_partitions());
    FC_TRY_VOID(follow_places());
    return consumer_->poll(records_max, [](const TopicPartition&, Offset) { return true; });
}

std::vector<Position> PlainReader::positions() const {
    std::vector<Position> all;
    all.reserve(consumer_->positions().size());
    for (const auto& [at, next] : consumer_->positions()) all.push_back({at, next});
    return all;
}

}  // namespace flightcast::eventlog::kafka
