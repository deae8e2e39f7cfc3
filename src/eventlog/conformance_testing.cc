// SPDX-License-Identifier: Apache-2.0
//
// Nothing here knows how long a log takes: the log's work is waited for through the fixture, and
// readers read until they are at the end.
#include "eventlog/conformance_testing.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <set>
#include <utility>

#include "base/limits.h"

namespace flightcast::eventlog {

// A program with helpers of ours, but no log of its own, does not run these.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EventLogConformance);

using base::Errc;
using base::Result;
using Values = std::vector<std::string>;

void EventLogConformance::SetUp() {
    fixture_ = GetParam()();
    if (!fixture_) GTEST_SKIP() << "there is no such log to test";
}

void EventLogConformance::create(const std::string& topic, std::int32_t partitions) {
    const auto created = log().admin().create_topic(
        {.name = name(topic), .partitions = partitions, .retention = {}}
    );
    ASSERT_TRUE(created) << created.error().detail;
    ASSERT_EQ(created, CreateOutcome::created);
}

NewRecord EventLogConformance::record(
    const std::string& topic, std::string key, std::string value
) {
    return {.topic = name(topic), .key = std::move(key), .value = std::move(value), .headers = {}};
}

void EventLogConformance::append(const std::string& topic, const Values& records) {
    std::vector<NewRecord> all;
    for (const std::string& text : records) {
        const std::size_t colon = text.find(':');
        const bool has_key = colon != std::string::npos;
        all.push_back(record(
            topic, has_key ? text.substr(0, colon) : "k", has_key ? text.substr(colon + 1) : text
        ));
    }
    append(std::move(all));
}

void EventLogConformance::append(std::vector<NewRecord> records) {
    const auto writer = log().open_writer();
    ASSERT_TRUE(writer);
    std::atomic<int> calls = 0;
    const auto done = [&calls](const Result<void>& outcome) {
        EXPECT_TRUE(outcome) << outcome.error().detail;
        ++calls;
    };
    const auto queued = (*writer)->append(std::move(records), done);
    ASSERT_TRUE(queued) << queued.error().detail;
    EXPECT_TRUE(fixture_->wait_for([&calls] { return calls == 1; }));
}

std::unique_ptr<Reader> EventLogConformance::read(const std::string& topic, Start start) {
    auto reader = log().open_reader({.topics = {name(topic)}, .start = std::move(start)});
    EXPECT_TRUE(reader) << reader.error().detail;
    return reader ? *std::move(reader) : nullptr;
}

std::unique_ptr<GroupReader> EventLogConformance::join(
    const std::string& group, const std::string& topic, const std::string& instance
) {
    auto member =
        log().join_group({.group = name(group), .topics = {name(topic)}, .instance_id = instance});
    EXPECT_TRUE(member) << member.error().detail;
    return member ? *std::move(member) : nullptr;
}

Result<void> EventLogConformance::publish(
    GroupReader& member, std::vector<NewRecord> outputs, std::vector<Position> consumed
) {
    std::atomic<bool> is_done = false;
    Result<void> outcome;
    FC_TRY_VOID(member.publish(
        std::move(outputs), std::move(consumed), [&outcome, &is_done](Result<void> result) {
            outcome = std::move(result);
            is_done = true;
        }
    ));
    EXPECT_TRUE(fixture_->wait_for([&is_done] { return is_done.load(); }));
    return outcome;
}

std::vector<Record> EventLogConformance::poll_all(Reader& reader, std::size_t records_max) {
    std::vector<Record> all;
    const bool is_over = fixture_->wait_for([&] {
        const auto records = reader.poll(records_max - all.size());
        EXPECT_TRUE(records) << records.error().detail;
        if (!records) return true;
        all.insert(all.end(), records->begin(), records->end());
        return all.size() == records_max || (records->empty() && fixture_->is_at_end(reader));
    });
    EXPECT_TRUE(is_over) << "the end of the log was not reached";
    return all;
}

Values EventLogConformance::values(Reader& reader, std::size_t records_max) {
    Values texts;
    for (const Record& read : poll_all(reader, records_max)) {
        texts.push_back(read.value.value_or("(tombstone)"));
    }
    return texts;
}

void EventLogConformance::share(std::initializer_list<Member*> members, std::size_t partitions) {
    const bool is_shared = fixture_->wait_for([&] {
        std::size_t total = 0;
        bool all_have_some = true;
        for (Member* const member : members) {
            const auto records = member->reader->poll(100);
            EXPECT_TRUE(records) << records.error().detail;
            if (!records) return true;
            member->read.insert(member->read.end(), records->begin(), records->end());
            const std::size_t count = member->reader->positions().size();
            total += count;
            all_have_some &= count > 0;
        }
        return all_have_some && total == partitions;
    });
    EXPECT_TRUE(is_shared) << "the members did not come to share the partitions";
}

Errc EventLogConformance::poll_error(Reader& reader) {
    std::optional<Errc> code;
    EXPECT_TRUE(fixture_->wait_for([&] {
        const auto records = reader.poll(1);
        if (!records) code = records.error().code;
        return code.has_value();
    }));
    return code.value_or(Errc{});
}

// Goal: appended records are read back in order and whole: key, bytes, headers, tombstone.
TEST_P(EventLogConformance, ReadsBackWhatWasAppended) {
    create("t");
    const std::string bytes("\0\xff\x1e{\"a\":1}", 10);
    append({
        {.topic = name("t"), .key = "k", .value = bytes, .headers = {{"h", "1"}, {"h", ""}}},
        {.topic = name("t"), .key = std::nullopt, .value = std::nullopt, .headers = {}},
        {.topic = name("t"), .key = "", .value = "", .headers = {}},
    });
    const auto reader = read("t");
    const std::vector<Record> records = poll_all(*reader);
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[0].key, "k");
    EXPECT_EQ(records[0].value, bytes);
    EXPECT_EQ(records[0].headers, (std::vector<Header>{{"h", "1"}, {"h", ""}}));
    EXPECT_EQ(records[1].value, std::nullopt);
    EXPECT_EQ(records[1].key, std::nullopt);
    EXPECT_EQ(records[2].value, "");
    EXPECT_EQ(records[2].key, "");
    EXPECT_LT(records[0].offset, records[1].offset);
    EXPECT_LE(records[0].appended, records[1].appended);
    EXPECT_TRUE(values(*reader).empty());
}

// Goal: an invalid append is refused at once, and its completion is never called.
TEST_P(EventLogConformance, RefusesUnknownTopicsAndTooLargeRecords) {
    create("t");
    const auto writer = log().open_writer();
    ASSERT_TRUE(writer);
    std::atomic<bool> called = false;
    const auto done = [&called](const Result<void>&) { called = true; };
    const auto unknown = (*writer)->append({record("nowhere", "k", "v")}, done);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Errc::not_found);
    const auto large = (*writer)->append(
        {record("t", "k", std::string(base::limits::kRecordBytesMax, 'x'))}, done
    );
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().code, Errc::invalid_argument);
    append("t", {"the one that completes"});
    EXPECT_FALSE(called);
    EXPECT_EQ(log().open_reader({.topics = {name("nowhere")}}).error().code, Errc::not_found);
    const GroupOptions options{.group = "g", .topics = {name("nowhere")}, .instance_id = "a"};
    EXPECT_EQ(log().join_group(options).error().code, Errc::not_found);
}

// Goal: a record as large as may be gets through.
TEST_P(EventLogConformance, TakesTheLargestRecord) {
    create("t");
    const std::string value(base::limits::kRecordBytesMax - 1, 'x');
    append({record("t", "k", value)});
    EXPECT_EQ(values(*read("t")), Values{value});
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

// Goal: the partition of a key depends on the key and the number of partitions alone, so that
// responses and dead letters of one request stand in partitions of the same number.
TEST_P(EventLogConformance, PutsAKeyIntoTheSamePartitionOfEveryTopic) {
    create("t", 4);
    create("u", 4);
    for (const char* const topic : {"t", "u"}) append(topic, {"a:1", "b:2", "c:3", "d:4", "e:5"});
    std::map<std::string, PartitionId> partition_of;
    const auto first = read("t");
    for (const Record& read : poll_all(*first)) partition_of[*read.key] = read.at.partition;
    const auto second = read("u");
    const std::vector<Record> others = poll_all(*second);
    EXPECT_EQ(others.size(), 5U);
    for (const Record& read : others) EXPECT_EQ(partition_of.at(*read.key), read.at.partition);
}

// Goal: a reader begins where it was told to.
TEST_P(EventLogConformance, StartsWhereItIsTold) {
    create("t");
    append("t", {"0", "1"});
    const auto first = read("t");
    EXPECT_EQ(values(*first), (Values{"0", "1"}));
    const auto from_end = read("t", FromEnd{});
    const auto from_position = read("t", FromPositions{{{first_of("t"), Offset(1)}}});
    EXPECT_EQ(values(*from_end), Values{});
    EXPECT_EQ(values(*from_position), (Values{"1"}));
    append("t", {"2"});
    EXPECT_EQ(values(*from_end), (Values{"2"}));
    EXPECT_EQ(values(*from_position), (Values{"2"}));
    const auto from_long_ago = read("t", FromTime{RecordTime(std::chrono::milliseconds(1))});
    EXPECT_EQ(values(*from_long_ago), (Values{"0", "1", "2"}));
    const auto from_later = read("t", FromTime{RecordTime(std::chrono::hours(24 * 365 * 200))});
    EXPECT_EQ(values(*from_later), Values{});
}

// Goal: a reader of several topics has all their records.
TEST_P(EventLogConformance, ReadsSeveralTopics) {
    create("t");
    create("u");
    append("t", {"0"});
    append("u", {"1"});
    const auto reader = log().open_reader({.topics = {name("t"), name("u")}});
    ASSERT_TRUE(reader);
    Values found = values(**reader);
    std::ranges::sort(found);
    EXPECT_EQ(found, (Values{"0", "1"}));
}

// Goal: a poll gives at most as many as asked for and goes on from there; positions say where.
TEST_P(EventLogConformance, PollsInPieces) {
    create("t");
    append("t", {"0", "1", "2"});
    const auto reader = read("t");
    ASSERT_EQ(reader->positions(), (std::vector<Position>{{first_of("t"), Offset(0)}}));
    EXPECT_EQ(values(*reader, 2), (Values{"0", "1"}));
    ASSERT_EQ(reader->positions(), (std::vector<Position>{{first_of("t"), Offset(2)}}));
    EXPECT_EQ(values(*reader, 2), (Values{"2"}));
    EXPECT_EQ(values(*reader, 2), Values{});
}

// Goal: a reader that found nothing is woken for every new record, so that polling only when woken
// misses nothing; and not after it asked not to be.
TEST_P(EventLogConformance, WakesAReaderThatFoundNothing) {
    create("t");
    const auto reader = read("t");
    std::atomic<int> wakes = 0;
    reader->on_ready([&wakes] { ++wakes; });
    for (const char* const value : {"0", "1", "2"}) {
        while (!reader->poll(100)->empty()) {
        }
        int seen = wakes;
        append("t", {value});
        Values found;
        while (found.empty()) {
            ASSERT_TRUE(fixture_->wait_for([&] { return wakes != seen; }));
            seen = wakes;
            const auto polled = reader->poll(100);
            ASSERT_TRUE(polled);
            for (const Record& read : *polled) found.push_back(*read.value);
        }
        EXPECT_EQ(found, Values{value});
    }
    EXPECT_EQ(values(*reader), Values{});
    reader->on_ready({});
    const int before = wakes;
    append("t", {"3"});
    EXPECT_EQ(values(*reader), (Values{"3"}));
    EXPECT_EQ(wakes, before);
}

// Goal: publish appends and commits together; a member that returns goes on after it.
TEST_P(EventLogConformance, PublishesOutputsAndPositions) {
    create("in");
    create("out");
    append("in", {"0", "1", "2"});
    {
        const auto member = join("g", "in");
        const std::vector<Record> records = poll_all(*member, 2);
        ASSERT_EQ(records.size(), 2U);
        ASSERT_TRUE(publish(*member, {record("out", "k", "0+1")}, positions_after(records)));
    }
    EXPECT_EQ(values(*read("out")), (Values{"0+1"}));
    const std::vector<Position> expected = {{first_of("in"), Offset(2)}};
    EXPECT_EQ(log().admin().committed(name("g"), {name("in")}), expected);
    EXPECT_EQ(log().admin().committed(name("other"), {name("in")}), std::vector<Position>{});
    EXPECT_EQ(log().admin().committed(name("g"), {name("out")}), std::vector<Position>{});
    const auto unknown = log().admin().committed(name("g"), {name("none")});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Errc::not_found);
    fixture_->reopen();
    EXPECT_EQ(values(*join("g", "in")), (Values{"2"}));
    EXPECT_EQ(values(*join("other", "in")), (Values{"0", "1", "2"}));
    EXPECT_EQ(values(*read("out")), (Values{"0+1"}));
}

// Goal: several publishes under way take effect in their order, and the last one's positions stay.
TEST_P(EventLogConformance, PublishesInOrder) {
    create("in");
    create("out");
    append("in", {"0", "1", "2", "3"});
    std::atomic<int> completed = 0;
    {
        const auto member = join("g", "in");
        for (const Record& record_read : poll_all(*member)) {
            const auto queued = member->publish(
                {record("out", "k", *record_read.value)},
                positions_after({record_read}),
                [&completed, expected = std::stoi(*record_read.value)](const Result<void>& done) {
                    EXPECT_TRUE(done);
                    EXPECT_EQ(completed, expected);
                    ++completed;
                }
            );
            ASSERT_TRUE(queued);
        }
        EXPECT_TRUE(fixture_->wait_for([&completed] { return completed == 4; }));
    }
    EXPECT_EQ(values(*read("out")), (Values{"0", "1", "2", "3"}));
    const std::vector<Position> expected = {{first_of("in"), Offset(4)}};
    EXPECT_EQ(log().admin().committed(name("g"), {name("in")}), expected);
}

// Goal: records polled but not committed are read again after rewind and after a new start.
TEST_P(EventLogConformance, RepeatsWhatWasNotCommitted) {
    create("in");
    append("in", {"0", "1"});
    {
        const auto member = join("g", "in");
        EXPECT_EQ(values(*member), (Values{"0", "1"}));
        EXPECT_EQ(values(*member), Values{});
        ASSERT_TRUE(member->rewind());
        EXPECT_EQ(values(*member, 1), (Values{"0"}));
        ASSERT_TRUE(publish(*member, {}, {{first_of("in"), Offset(1)}}));
        ASSERT_TRUE(member->rewind());
        EXPECT_EQ(values(*member), (Values{"1"}));
    }
    EXPECT_EQ(values(*join("g", "in")), (Values{"1"}));
}

// Goal: a publish that cannot be made changes nothing; after a rewind the work is done again.
TEST_P(EventLogConformance, GoesOnAfterARefusedPublish) {
    create("in");
    create("out");
    append("in", {"0", "1"});
    const auto member = join("g", "in");
    const std::vector<Record> polled = poll_all(*member);
    const auto refused = publish(*member, {record("nowhere", "k", "0")}, positions_after(polled));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::not_found);
    ASSERT_TRUE(member->rewind());
    EXPECT_EQ(poll_all(*member), polled);
    EXPECT_TRUE(publish(*member, {record("out", "k", "0+1")}, positions_after(polled)));
    EXPECT_EQ(values(*read("out")), (Values{"0+1"}));
}

// Goal: members of a group share partitions without overlap, and the rest take over from one that
// leaves, at its committed position.
TEST_P(EventLogConformance, SharesPartitionsAmongMembers) {
    create("in", 4);
    Member a{join("g", "in", "a")};
    Member b{join("g", "in", "b")};
    share({&a, &b}, 4);
    std::vector<NewRecord> records;
    for (int i = 0; i < 40; ++i) {
        records.push_back(record("in", "key" + std::to_string(i), std::to_string(i)));
    }
    append(std::move(records));
    const std::vector<Record> of_a = poll_all(*a.reader);
    const std::vector<Record> of_b = poll_all(*b.reader);
    EXPECT_FALSE(of_a.empty());
    EXPECT_FALSE(of_b.empty());
    std::multiset<std::string> seen;
    for (const Record& read : of_a) seen.insert(*read.value);
    for (const Record& read : of_b) seen.insert(*read.value);
    EXPECT_EQ(seen.size(), 40U);
    EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 40U);
    ASSERT_TRUE(publish(*a.reader, {}, positions_after(of_a)));
    b.reader.reset();  // Without having committed.
    share({&a}, 4);
    std::set<std::string> again;
    for (const Record& read : a.read) again.insert(*read.value);
    for (const Record& read : poll_all(*a.reader)) again.insert(*read.value);
    std::set<std::string> expected;
    for (const Record& read : of_b) expected.insert(*read.value);
    EXPECT_EQ(again, expected);
}

// Goal: a member that lost a partition can no longer publish for it.
TEST_P(EventLogConformance, FencesWorkOnALostPartition) {
    create("in", 2);
    create("out");
    append("in", {"a:0", "b:1", "c:2", "d:3", "e:4", "f:5"});
    Member a{join("g", "in", "a")};
    const std::vector<Record> polled = poll_all(*a.reader);
    ASSERT_EQ(polled.size(), 6U);
    Member b{join("g", "in", "b")};
    share({&a, &b}, 2);
    const auto fenced = publish(*a.reader, {record("out", "k", "late")}, positions_after(polled));
    ASSERT_FALSE(fenced);
    EXPECT_EQ(fenced.error().code, Errc::fenced);
    EXPECT_TRUE(poll_all(*read("out")).empty());
    ASSERT_TRUE(a.reader->rewind());
    const std::vector<Record> of_a = poll_all(*a.reader);
    // What it polled before the change may have come again already; now all of its share does.
    EXPECT_EQ(of_a.size() + b.read.size() + poll_all(*b.reader).size(), 6U);
    EXPECT_TRUE(publish(*a.reader, {}, positions_after(of_a)));
}

// Goal: an instance that returns takes its own place at once; the old one must stop.
TEST_P(EventLogConformance, AnInstanceReplacesItself) {
    create("in");
    append("in", {"0"});
    const auto old = join("g", "in", "a");
    const std::vector<Record> polled = poll_all(*old);
    const auto fresh = join("g", "in", "a");
    EXPECT_EQ(values(*fresh), (Values{"0"}));
    EXPECT_EQ(poll_error(*old), Errc::fenced);
    EXPECT_EQ(poll_error(*old), Errc::fenced);
    const auto published = publish(*old, {}, positions_after(polled));
    ASSERT_FALSE(published);
    EXPECT_EQ(published.error().code, Errc::fenced);
    EXPECT_FALSE(old->rewind());
}

// Goal: topics can be created again without harm, described, listed, and outlive the process.
TEST_P(EventLogConformance, DescribesTopics) {
    const TopicSpec spec{.name = name("t"), .partitions = 3, .retention = std::chrono::hours(1)};
    EXPECT_EQ(log().admin().create_topic(spec), CreateOutcome::created);
    EXPECT_EQ(log().admin().create_topic(spec), CreateOutcome::existed);
    append("t", {"0", "1"});
    fixture_->reopen();
    const auto topics = log().admin().topics();
    ASSERT_TRUE(topics);
    EXPECT_NE(std::ranges::find(*topics, spec.name), topics->end());
    const auto description = log().admin().describe(spec.name);
    ASSERT_TRUE(description);
    EXPECT_EQ(description->spec, spec);
    ASSERT_EQ(description->partitions.size(), 3U);
    std::int64_t records = 0;
    for (const PartitionRange& range : description->partitions) {
        records += range.end.value() - range.first.value();
    }
    EXPECT_EQ(records, 2);
    const auto unknown = log().admin().describe(name("nowhere"));
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Errc::not_found);
}

}  // namespace flightcast::eventlog
