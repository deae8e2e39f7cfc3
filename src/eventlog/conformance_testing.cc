// SPDX-License-Identifier: Apache-2.0
#include "eventlog/conformance_testing.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/limits.h"

namespace flightcast::eventlog {

using base::Errc;
using base::Result;
using Values = std::vector<std::string>;

void EventLogConformance::create(const std::string& topic, std::int32_t partitions) {
    const auto created =
        log().admin().create_topic({.name = topic, .partitions = partitions, .retention = {}});
    ASSERT_EQ(created, CreateOutcome::created);
}

void EventLogConformance::append(std::vector<NewRecord> records) {
    const auto writer = log().open_writer();
    ASSERT_TRUE(writer);
    int calls = 0;
    const auto queued = (*writer)->append(std::move(records), [&calls](Result<void> done) {
        ++calls;
        EXPECT_TRUE(done);
    });
    ASSERT_TRUE(queued);
    EXPECT_EQ(calls, 0) << "a completion must not come from within append";
    fixture_->settle();
    EXPECT_EQ(calls, 1);
}

std::unique_ptr<Reader> EventLogConformance::read(const std::string& topic, Start start) {
    auto reader = log().open_reader({.topics = {topic}, .start = std::move(start)});
    EXPECT_TRUE(reader);
    return *std::move(reader);
}

std::unique_ptr<GroupReader> EventLogConformance::join(
    const std::string& group, const std::string& topic, const std::string& instance
) {
    auto member = log().join_group({.group = group, .topics = {topic}, .instance_id = instance});
    EXPECT_TRUE(member);
    return *std::move(member);
}

Result<void> EventLogConformance::publish(
    GroupReader& member, std::vector<NewRecord> outputs, std::vector<Position> consumed
) {
    std::optional<Result<void>> outcome;
    const auto queued = member.publish(
        std::move(outputs), std::move(consumed), [&outcome](Result<void> done) { outcome = done; }
    );
    if (!queued) return queued;
    fixture_->settle();
    EXPECT_TRUE(outcome.has_value());
    return outcome.value_or(base::fail(Errc::timeout, "no completion came"));
}

std::vector<Record> EventLogConformance::poll_all(Reader& reader) {
    std::vector<Record> all;
    while (true) {
        const auto records = reader.poll(100);
        EXPECT_TRUE(records) << (records ? "" : records.error().detail);
        if (!records || records->empty()) return all;
        all.insert(all.end(), records->begin(), records->end());
    }
}

Values EventLogConformance::values(Reader& reader, std::size_t records_max) {
    const auto records = reader.poll(records_max);
    EXPECT_TRUE(records) << (records ? "" : records.error().detail);
    Values texts;
    for (const Record& record : *records) texts.push_back(record.value.value_or("(tombstone)"));
    return texts;
}

namespace {

NewRecord record(std::string topic, std::string key, std::string value) {
    return {
        .topic = std::move(topic), .key = std::move(key), .value = std::move(value), .headers = {}
    };
}

}  // namespace

// Goal: what is appended is read back in order and whole: key, bytes, headers, tombstone.
TEST_P(EventLogConformance, ReadsBackWhatWasAppended) {
    create("t");
    const std::string bytes("\0\xff\x1e{\"a\":1}", 10);
    append({
        {.topic = "t", .key = "k", .value = bytes, .headers = {{"h", "1"}, {"h", ""}}},
        {.topic = "t", .key = std::nullopt, .value = std::nullopt, .headers = {}},
    });
    const auto reader = read("t");
    const auto records = reader->poll(10);
    ASSERT_TRUE(records);
    ASSERT_EQ(records->size(), 2U);
    EXPECT_EQ((*records)[0].key, "k");
    EXPECT_EQ((*records)[0].value, bytes);
    EXPECT_EQ((*records)[0].headers, (std::vector<Header>{{"h", "1"}, {"h", ""}}));
    EXPECT_EQ((*records)[1].value, std::nullopt);
    EXPECT_EQ((*records)[1].key, std::nullopt);
    EXPECT_LT((*records)[0].offset, (*records)[1].offset);
    EXPECT_LE((*records)[0].appended, (*records)[1].appended);
    EXPECT_TRUE(values(*reader).empty());
}

// Goal: what cannot be appended is refused at once, and its completion never comes.
TEST_P(EventLogConformance, RefusesUnknownTopicsAndTooLargeRecords) {
    create("t");
    const auto writer = log().open_writer();
    ASSERT_TRUE(writer);
    bool called = false;
    const auto done = [&called](Result<void>) { called = true; };
    const auto unknown = (*writer)->append({record("nowhere", "k", "v")}, done);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Errc::not_found);
    const auto large = (*writer)->append(
        {record("t", "k", std::string(base::limits::kRecordBytesMax, 'x'))}, done
    );
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().code, Errc::invalid_argument);
    fixture_->settle();
    EXPECT_FALSE(called);
    EXPECT_FALSE(log().open_reader({.topics = {"nowhere"}}));
    EXPECT_FALSE(log().join_group({.group = "g", .topics = {"nowhere"}, .instance_id = "a"}));
}

// Goal: records of one key share a partition and keep their order; several partitions are used.
TEST_P(EventLogConformance, KeepsTheOrderOfEachKey) {
    create("t", 4);
    std::vector<NewRecord> records;
    for (int i = 0; i < 200; ++i) {
        records.push_back(record("t", "key" + std::to_string(i % 20), std::to_string(i)));
    }
    append(std::move(records));
    std::map<std::string, std::pair<PartitionId, int>> last;
    std::set<PartitionId> used;
    const auto reader = read("t");
    const std::vector<Record> all = poll_all(*reader);
    EXPECT_EQ(all.size(), 200U);
    for (const Record& read : all) {
        used.insert(read.at.partition);
        const int number = std::stoi(*read.value);
        const auto [known, first] = last.try_emplace(*read.key, read.at.partition, number);
        if (first) continue;
        EXPECT_EQ(known->second.first, read.at.partition);
        EXPECT_LT(known->second.second, number);
        known->second.second = number;
    }
    EXPECT_GT(used.size(), 1U);
}

// Goal: a reader begins where it was told to.
TEST_P(EventLogConformance, StartsWhereItIsTold) {
    create("t");
    append({record("t", "k", "0"), record("t", "k", "1")});
    const auto first = read("t");
    EXPECT_EQ(values(*first), (Values{"0", "1"}));
    const auto from_end = read("t", FromEnd{});
    const auto from_position = read("t", FromPositions{{{{"t", PartitionId(0)}, Offset(1)}}});
    EXPECT_EQ(values(*from_end), Values{});
    EXPECT_EQ(values(*from_position), (Values{"1"}));
    append({record("t", "k", "2")});
    EXPECT_EQ(values(*from_end), (Values{"2"}));
    EXPECT_EQ(values(*from_position), (Values{"2"}));
    const auto from_long_ago = read("t", FromTime{RecordTime(std::chrono::milliseconds(1))});
    EXPECT_EQ(values(*from_long_ago), (Values{"0", "1", "2"}));
    const auto from_later = read("t", FromTime{RecordTime(std::chrono::hours(24 * 365 * 200))});
    EXPECT_EQ(values(*from_later), Values{});
}

// Goal: a poll gives at most what was asked for and goes on from there; positions say where.
TEST_P(EventLogConformance, PollsInPieces) {
    create("t");
    append({record("t", "k", "0"), record("t", "k", "1"), record("t", "k", "2")});
    const auto reader = read("t");
    EXPECT_EQ(values(*reader, 2), (Values{"0", "1"}));
    ASSERT_EQ(reader->positions().size(), 1U);
    EXPECT_EQ(reader->positions()[0], (Position{{"t", PartitionId(0)}, Offset(2)}));
    EXPECT_EQ(values(*reader, 2), (Values{"2"}));
    EXPECT_EQ(values(*reader, 2), Values{});
}

// Goal: whoever found nothing is woken by the next record, and not after it asked not to be.
TEST_P(EventLogConformance, WakesAReaderThatFoundNothing) {
    create("t");
    const auto reader = read("t");
    int wakes = 0;
    reader->on_ready([&wakes] { ++wakes; });
    EXPECT_EQ(values(*reader), Values{});
    append({record("t", "k", "0")});
    EXPECT_GE(wakes, 1);
    EXPECT_EQ(values(*reader), (Values{"0"}));
    EXPECT_EQ(values(*reader), Values{});
    reader->on_ready({});
    const int before = wakes;
    append({record("t", "k", "1")});
    EXPECT_EQ(wakes, before);
}

// Goal: publish appends and commits together; a member that comes back goes on after it.
TEST_P(EventLogConformance, PublishesOutputsAndPositions) {
    create("in");
    create("out");
    append({record("in", "k", "0"), record("in", "k", "1"), record("in", "k", "2")});
    {
        const auto member = join("g", "in");
        const auto records = member->poll(2);
        ASSERT_TRUE(records);
        ASSERT_EQ(records->size(), 2U);
        ASSERT_TRUE(publish(*member, {record("out", "k", "0+1")}, positions_after(*records)));
    }
    EXPECT_EQ(values(*read("out")), (Values{"0+1"}));
    const std::vector<Position> expected = {{{"in", PartitionId(0)}, Offset(2)}};
    EXPECT_EQ(log().admin().committed("g"), expected);
    EXPECT_EQ(log().admin().committed("other"), std::vector<Position>{});
    fixture_->reopen();
    EXPECT_EQ(values(*join("g", "in")), (Values{"2"}));
    EXPECT_EQ(values(*join("other", "in")), (Values{"0", "1", "2"}));
    EXPECT_EQ(values(*read("out")), (Values{"0+1"}));
}

// Goal: what was polled but not committed comes again after rewind and after a new start.
TEST_P(EventLogConformance, RepeatsWhatWasNotCommitted) {
    create("in");
    append({record("in", "k", "0"), record("in", "k", "1")});
    {
        const auto member = join("g", "in");
        EXPECT_EQ(values(*member), (Values{"0", "1"}));
        EXPECT_EQ(values(*member), Values{});
        ASSERT_TRUE(member->rewind());
        EXPECT_EQ(values(*member, 1), (Values{"0"}));
        ASSERT_TRUE(publish(*member, {}, {{{"in", PartitionId(0)}, Offset(1)}}));
        ASSERT_TRUE(member->rewind());
        EXPECT_EQ(values(*member), (Values{"1"}));
    }
    EXPECT_EQ(values(*join("g", "in")), (Values{"1"}));
}

// Goal: members of a group share partitions without overlap, and the rest take over from one that
// leaves, at its committed position.
TEST_P(EventLogConformance, SharesPartitionsAmongMembers) {
    create("in", 4);
    std::vector<NewRecord> records;
    for (int i = 0; i < 40; ++i) {
        records.push_back(record("in", "key" + std::to_string(i), std::to_string(i)));
    }
    append(std::move(records));
    const auto a = join("g", "in", "a");
    auto b = join("g", "in", "b");
    std::multiset<std::string> seen;
    const std::vector<Record> of_a = poll_all(*a);
    const std::vector<Record> of_b = poll_all(*b);
    EXPECT_FALSE(of_a.empty());
    EXPECT_FALSE(of_b.empty());
    for (const Record& read : of_a) seen.insert(*read.value);
    for (const Record& read : of_b) seen.insert(*read.value);
    EXPECT_EQ(seen.size(), 40U);
    EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 40U);
    ASSERT_TRUE(publish(*a, {}, positions_after(of_a)));
    b.reset();  // Without having committed.
    std::set<std::string> again;
    for (const Record& read : poll_all(*a)) again.insert(*read.value);
    std::set<std::string> expected;
    for (const Record& read : of_b) expected.insert(*read.value);
    EXPECT_EQ(again, expected);
}

// Goal: a member that lost a partition is told, and can no longer publish for it.
TEST_P(EventLogConformance, FencesWorkOnALostPartition) {
    create("in", 2);
    create("out");
    append(
        {record("in", "a", "0"),
         record("in", "b", "1"),
         record("in", "c", "2"),
         record("in", "d", "3"),
         record("in", "e", "4"),
         record("in", "f", "5")}
    );
    const auto a = join("g", "in", "a");
    std::vector<TopicPartition> lost;
    a->on_revoke([&lost](const std::vector<TopicPartition>& revoked) { lost = revoked; });
    const std::vector<Record> polled = poll_all(*a);
    ASSERT_EQ(polled.size(), 6U);
    const auto b = join("g", "in", "b");
    const auto fenced = publish(*a, {record("out", "k", "late")}, positions_after(polled));
    ASSERT_FALSE(fenced);
    EXPECT_EQ(fenced.error().code, Errc::fenced);
    EXPECT_TRUE(poll_all(*read("out")).empty());
    ASSERT_TRUE(a->rewind());
    const std::vector<Record> of_a = poll_all(*a);
    EXPECT_EQ(lost.size(), 1U);
    EXPECT_EQ(of_a.size() + poll_all(*b).size(), 6U);
    EXPECT_TRUE(publish(*a, {}, positions_after(of_a)));
}

// Goal: an instance that comes back takes its own place at once; the old one must stop.
TEST_P(EventLogConformance, AnInstanceReplacesItself) {
    create("in");
    append({record("in", "k", "0")});
    const auto old = join("g", "in", "a");
    const std::vector<Record> polled = poll_all(*old);
    const auto fresh = join("g", "in", "a");
    EXPECT_EQ(values(*fresh), (Values{"0"}));
    const auto poll = old->poll(1);
    ASSERT_FALSE(poll);
    EXPECT_EQ(poll.error().code, Errc::fenced);
    const auto published = publish(*old, {}, positions_after(polled));
    ASSERT_FALSE(published);
    EXPECT_EQ(published.error().code, Errc::fenced);
    EXPECT_FALSE(old->rewind());
}

// Goal: topics can be created again without harm, described, listed, and outlive the process.
TEST_P(EventLogConformance, DescribesTopics) {
    const TopicSpec spec{.name = "t", .partitions = 3, .retention = std::chrono::hours(1)};
    EXPECT_EQ(log().admin().create_topic(spec), CreateOutcome::created);
    EXPECT_EQ(log().admin().create_topic(spec), CreateOutcome::existed);
    append({record("t", "k", "0"), record("t", "k", "1")});
    fixture_->reopen();
    const auto topics = log().admin().topics();
    ASSERT_TRUE(topics);
    EXPECT_NE(std::ranges::find(*topics, "t"), topics->end());
    const auto description = log().admin().describe("t");
    ASSERT_TRUE(description);
    EXPECT_EQ(description->spec, spec);
    ASSERT_EQ(description->partitions.size(), 3U);
    std::int64_t records = 0;
    for (const PartitionRange& range : description->partitions) {
        records += range.end.value() - range.first.value();
    }
    EXPECT_EQ(records, 2);
    const auto unknown = log().admin().describe("nowhere");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Errc::not_found);
}

}  // namespace flightcast::eventlog
