// SPDX-License-Identifier: Apache-2.0
//
// What only a real broker shows. Skipped where there is none.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>

#include "base/limits.h"
#include "eventlog/kafka/admin/kafka_admin.h"
#include "eventlog/kafka/live_admin_testing.h"
#include "eventlog/kafka/live_kafka_testing.h"

namespace flightcast::eventlog::kafka {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using base::Error;
using base::Result;

KafkaOptions exactly_once() {
    KafkaOptions options = test_options();
    options.delivery = Delivery::exactly_once;
    return options;
}

struct KafkaOnly : testing::Test {
    std::optional<LiveFixture> fixture;

    void SetUp() override {
        if (live_brokers().empty()) GTEST_SKIP() << "FLIGHTCAST_TEST_KAFKA names no broker";
    }
    void begin(KafkaOptions options = test_options()) { fixture.emplace(std::move(options)); }
    std::unique_ptr<GroupReader> join(KafkaLog& log, const std::string& instance) {
        auto member = log.join_group({
            .group = fixture->name_of("g"),
            .topics = {fixture->name_of("in")},
            .instance_id = instance,
        });
        EXPECT_TRUE(member) << member.error().detail;
        return *std::move(member);
    }
    static std::vector<Record> poll_some(Reader& reader) {
        std::vector<Record> found;
        EXPECT_TRUE(eventually([&] {
            auto records = reader.poll(100);
            EXPECT_TRUE(records) << records.error().detail;
            if (!records) return true;
            found = *std::move(records);
            return !found.empty();
        }));
        return found;
    }
    static Result<void> publish(
        GroupReader& member, std::vector<NewRecord> outputs, std::vector<Position> consumed
    ) {
        std::atomic<bool> is_done = false;
        Result<void> outcome;
        FC_TRY_VOID(
            member.publish(std::move(outputs), std::move(consumed), [&](Result<void> result) {
                outcome = std::move(result);
                is_done = true;
            })
        );
        EXPECT_TRUE(eventually([&] { return is_done.load(); }));
        return outcome;
    }
    bool append_one(const std::string& topic, const std::string& value) {
        const auto writer = fixture->log().open_writer();
        std::atomic<int> state = 0;
        const NewRecord record{.topic = topic, .key = "k", .value = value};
        const auto queued = (*writer)->append({record}, [&state](const Result<void>& outcome) {
            state = outcome ? 1 : 2;
        });
        if (!queued) return false;
        EXPECT_TRUE(eventually([&] { return state != 0; }));
        return state == 1;
    }
    std::vector<std::string> values(const std::string& topic) {
        const auto reader = fixture->log().open_reader({.topics = {fixture->name_of(topic)}});
        std::vector<std::string> found;
        EXPECT_TRUE(eventually([&] {
            const auto records = (*reader)->poll(100);
            for (const Record& record : *records) found.push_back(*record.value);
            return records->empty() && fixture->is_at_end(**reader);
        }));
        return found;
    }
};

// Goal: of an aborted transaction nothing is seen, neither outputs nor positions; the work is done
// again and seen once. A reader's positions pass what the transactions left in the log.
TEST_F(KafkaOnly, AnAbortedTransactionShowsNothing) {
    begin(exactly_once());
    fixture->create("in");
    fixture->create("out");
    create_with(fixture->name_of("small"), {{"max.message.bytes", "1000"}});
    ASSERT_TRUE(eventually([&] { return fixture->log().admin().topics()->size() >= 3; }));
    fixture->append({fixture->record("in", "0")});
    const auto member = join(fixture->kafka(), "a");
    const std::vector<Record> polled = poll_some(*member);
    const std::vector<NewRecord> too_much = {
        fixture->record("out", "0"), fixture->record("small", std::string(5'000, 'x'))
    };
    EXPECT_FALSE(publish(*member, too_much, positions_after(polled)));
    EXPECT_TRUE(
        fixture->log().admin().committed(fixture->name_of("g"), {fixture->name_of("in")})->empty()
    );
    ASSERT_TRUE(member->rewind());
    EXPECT_EQ(poll_some(*member), polled);
    EXPECT_TRUE(publish(*member, {fixture->record("out", "0")}, positions_after(polled)));
    EXPECT_EQ(values("out"), std::vector<std::string>{"0"});
    EXPECT_TRUE(values("small").empty());
}

// Goal: a member that was replaced under its name cannot publish any more, its outputs are not
// seen, and it is told to stop; the new one goes on.
TEST_F(KafkaOnly, AZombieIsFenced) {
    begin(exactly_once());
    fixture->create("in");
    fixture->create("out");
    fixture->append({fixture->record("in", "0")});
    const auto zombie = join(fixture->kafka(), "a");
    const std::vector<Record> polled = poll_some(*zombie);
    EXPECT_TRUE(publish(*zombie, {fixture->record("out", "first")}, {}));
    const auto other = fixture->open_another(exactly_once());
    ASSERT_TRUE(other->admin().topics());
    const auto fresh = join(*other, "a");
    const std::vector<Record> again = poll_some(*fresh);
    EXPECT_EQ(again, polled);
    EXPECT_TRUE(publish(*fresh, {fixture->record("out", "second")}, positions_after(again)));
    EXPECT_FALSE(publish(*zombie, {fixture->record("out", "late")}, positions_after(polled)));
    EXPECT_EQ(values("out"), (std::vector<std::string>{"first", "second"}));
    EXPECT_TRUE(eventually([&] {
        const auto poll = zombie->poll(1);
        return !poll && poll.error().code == Errc::fenced;
    }));
    EXPECT_FALSE(zombie->rewind());
    EXPECT_FALSE(other->condition().fatal);
}

// Reads and publishes what comes, one output for each record, with several publishes under way.
struct Worker {
    LiveFixture& fixture;
    std::unique_ptr<GroupReader> member;
    std::atomic<int> failures = 0;
    std::atomic<int> under_way = 0;

    void failed(const Error& error) {
        if (++failures == 1) ADD_FAILURE() << to_string(error);
    }
    void step() {
        const auto records = member->poll(10);
        if (!records || records->empty()) return;
        std::vector<NewRecord> outputs;
        for (const Record& read : *records) {
            outputs.push_back(fixture.record("out", *read.value, *read.key));
        }
        ++under_way;
        const auto queued = member->publish(
            std::move(outputs), positions_after(*records), [this](const Result<void>& outcome) {
                if (!outcome) failed(outcome.error());
                --under_way;
            }
        );
        if (queued) return;
        failed(queued.error());
        --under_way;
    }
};

// Goal: when members come while work is under way, each record is worked on by exactly one: an
// orderly change repeats nothing, even without transactions.
TEST_F(KafkaOnly, AnOrderlyRebalanceRepeatsNothing) {
    begin();
    fixture->create("in", 4);
    fixture->create("out", 4);
    constexpr int kCount = 4'000;
    Worker first{*fixture, join(fixture->kafka(), "a")};
    Worker second{*fixture, nullptr};
    int appended = 0;
    const auto reader = fixture->log().open_reader({.topics = {fixture->name_of("out")}});
    std::map<std::string, int> seen;
    EXPECT_TRUE(eventually([&] {
        if (appended < kCount && seen.size() + 200 > static_cast<std::size_t>(appended)) {
            std::vector<NewRecord> records;
            for (int i = 0; i < 100; ++i, ++appended) {
                const std::string value = std::to_string(appended);
                records.push_back(fixture->record("in", value, value));
            }
            fixture->append(records);
        }
        if (appended == kCount / 2 && !second.member) second.member = join(fixture->kafka(), "b");
        first.step();
        if (second.member) second.step();
        const auto outputs = (*reader)->poll(500);
        for (const Record& record : *outputs) ++seen[*record.value];
        return seen.size() == kCount;
    }));
    EXPECT_TRUE(eventually([&] { return first.under_way + second.under_way == 0; }));
    EXPECT_EQ(first.failures + second.failures, 0);
    EXPECT_EQ(first.member->positions().size() + second.member->positions().size(), 4U);
    for (const auto& [value, times] : seen) EXPECT_EQ(times, 1) << value;
}

// Goal: partitions that are added while readers read are read, by both kinds of readers, and from
// their beginning.
TEST_F(KafkaOnly, FollowsNewPartitions) {
    KafkaOptions options = test_options();
    options.settings["topic.metadata.refresh.interval.ms"] = "500";
    begin(options);
    fixture->create("in");
    const auto reader = fixture->log().open_reader({.topics = {fixture->name_of("in")}});
    const auto member = join(fixture->kafka(), "a");
    fixture->append({fixture->record("in", "0")});
    EXPECT_EQ(poll_some(**reader).size(), 1U);
    EXPECT_EQ(poll_some(*member).size(), 1U);
    ASSERT_TRUE(fixture->kafka().kafka_admin().set_partitions(fixture->name_of("in"), 3));
    std::set<PartitionId> by_reader;
    std::set<PartitionId> by_member;
    int appended = 0;
    EXPECT_TRUE(eventually([&] {
        // The producer learns of the new partitions in its own time.
        const std::string value = std::to_string(++appended);
        fixture->append({fixture->record("in", value, value)});
        const auto read = (*reader)->poll(100);
        const auto shared = member->poll(100);
        for (const Record& record : *read) by_reader.insert(record.at.partition);
        for (const Record& record : *shared) by_member.insert(record.at.partition);
        return by_reader.size() == 3 && by_member.size() == 3;
    }));
}

// Goal: where retention took what a reader had yet to read, it goes on with the oldest that is
// left.
TEST_F(KafkaOnly, GoesOnBehindRetention) {
    begin();
    fixture->create("in");
    fixture->append({fixture->record("in", "0"), fixture->record("in", "1")});
    const TopicPartition at{fixture->name_of("in"), PartitionId(0)};
    {
        const auto member = join(fixture->kafka(), "a");
        poll_some(*member);
        EXPECT_TRUE(publish(*member, {}, {{at, Offset(1)}}));
    }
    fixture->append({fixture->record("in", "2"), fixture->record("in", "3")});
    delete_before({at, Offset(3)});
    const auto member = join(fixture->kafka(), "a");
    EXPECT_EQ(poll_some(*member).at(0).value, "3");
    const auto reader = fixture->log().open_reader(
        {.topics = {at.topic}, .start = FromPositions{{{at, Offset(1)}}}}
    );
    EXPECT_EQ(poll_some(**reader).at(0).value, "3");
}

// Goal: at a broker that is behind, as one that hung is for a moment, readers wait until it has
// what they ask for, and read nothing twice.
TEST_F(KafkaOnly, WaitsForABrokerThatIsBehind) {
    begin();
    fixture->create("in");
    fixture->append({fixture->record("in", "0"), fixture->record("in", "1")});
    const TopicPartition at{fixture->name_of("in"), PartitionId(0)};
    const Position ahead{at, Offset(3)};
    ASSERT_TRUE(fixture->kafka().kafka_admin().set_committed(fixture->name_of("g"), {ahead}));
    const auto member = join(fixture->kafka(), "a");
    const auto reader =
        fixture->log().open_reader({.topics = {at.topic}, .start = FromPositions{{ahead}}});
    EXPECT_TRUE(eventually([&] {
        EXPECT_TRUE(member->poll(100)->empty());
        EXPECT_TRUE((*reader)->poll(100)->empty());
        return fixture->kafka().condition().trouble.has_value();
    }));
    fixture->append({fixture->record("in", "2"), fixture->record("in", "3")});
    EXPECT_EQ(poll_some(*member).at(0).value, "3");
    EXPECT_EQ(poll_some(**reader).at(0).value, "3");
}

// Goal: many outputs at once, which have a client of their own, and few are published alike: in
// their order, completed once, and with their positions committed.
TEST_F(KafkaOnly, PublishesManyAtOnceAndFew) {
    begin();
    fixture->create("in");
    fixture->create("out");
    fixture->append({fixture->record("in", "0"), fixture->record("in", "1")});
    const auto member = join(fixture->kafka(), "a");
    std::vector<Record> polled;
    while (polled.size() < 2) {
        for (Record& record : poll_some(*member)) polled.push_back(std::move(record));
    }
    std::vector<NewRecord> many;
    std::vector<std::string> wanted;
    for (std::size_t i = 0; i < base::limits::kPollRecordsMax; ++i) {
        wanted.push_back(std::to_string(i));
        many.push_back(fixture->record("out", wanted.back()));
    }
    EXPECT_TRUE(publish(*member, std::move(many), positions_after({polled[0]})));
    wanted.emplace_back("last");
    EXPECT_TRUE(publish(*member, {fixture->record("out", "last")}, positions_after({polled[1]})));
    EXPECT_EQ(values("out"), wanted);
    EXPECT_EQ(fixture->kafka().condition().records_in_flight, 0U);
    EXPECT_TRUE(eventually([&] {
        EXPECT_TRUE(member->poll(1)->empty());  // Answers to commits come with it.
        const auto committed =
            fixture->log().admin().committed(fixture->name_of("g"), {fixture->name_of("in")});
        return committed && *committed == positions_after({polled[1]});
    }));
}

// Goal: what cannot leave for Kafka is bounded, and refused beyond; what was taken completes.
TEST_F(KafkaOnly, RefusesWhenTooMuchWaits) {
    KafkaOptions options = test_options();
    options.settings["linger.ms"] = "60000";
    options.settings["batch.num.messages"] = "1000000";
    options.settings["message.timeout.ms"] = "120000";
    begin(options);
    fixture->create("t");
    std::atomic<std::size_t> completed = 0;
    std::size_t taken = 0;
    {
        const auto writer = fixture->log().open_writer();
        Result<void> queued;
        while (queued) {
            const std::vector<NewRecord> records(64, fixture->record("t", "v"));
            queued = (*writer)->append(records, [&completed](const Result<void>& outcome) {
                if (outcome) ++completed;
            });
            if (queued) ++taken;
        }
        EXPECT_EQ(queued.error().code, Errc::full);
        EXPECT_EQ(taken, base::limits::kAppendQueueRecordsMax / 64);
    }
    fixture->reopen();
    EXPECT_EQ(completed, taken);
    EXPECT_EQ(values("t").size(), taken * 64);
}

// Goal: retention and partitions can be changed, and nothing else changes with them.
TEST_F(KafkaOnly, ChangesTopics) {
    begin();
    const std::string topic = fixture->name_of("t");
    create_with(topic, {{"max.message.bytes", "4000"}});
    KafkaAdmin& admin = fixture->kafka().kafka_admin();
    ASSERT_TRUE(eventually([&] { return admin.describe(topic).has_value(); }));
    ASSERT_TRUE(admin.set_retention(topic, 36h));
    ASSERT_TRUE(admin.set_partitions(topic, 2));
    ASSERT_TRUE(eventually([&] {
        const auto now = admin.describe(topic);
        return now && now->spec == TopicSpec{topic, 2, 36h};
    }));
    ASSERT_TRUE(admin.set_retention(topic, std::nullopt));
    ASSERT_TRUE(eventually([&] {
        const auto now = admin.describe(topic);
        return now && now->spec == TopicSpec{topic, 2, {}};
    }));
    // Still too large for the topic.
    const auto writer = fixture->log().open_writer();
    std::optional<Error> error;
    std::atomic<bool> is_done = false;
    ASSERT_TRUE((*writer)->append(
        {{.topic = topic, .key = "k", .value = std::string(5'000, 'x')}},
        [&](Result<void> outcome) {
            if (!outcome) error = outcome.error();
            is_done = true;
        }
    ));
    ASSERT_TRUE(eventually([&] { return is_done.load(); }));
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, Errc::invalid_argument);
    const auto fewer = admin.set_partitions(topic, 1);
    ASSERT_FALSE(fewer);
    EXPECT_EQ(fewer.error().code, Errc::invalid_argument) << fewer.error().detail;
}

// Goal: a topic that is deleted, made again and refilled past the old position at once is read from
// its beginning, by a member that runs, by one that comes later, and by a reader without a group.
TEST_F(KafkaOnly, NoticesATopicMadeAgain) {
    begin();
    fixture->create("in");
    const std::string topic = fixture->name_of("in");
    for (int i = 0; i < 5; ++i) fixture->append({fixture->record("in", "old" + std::to_string(i))});
    const TopicPartition at{topic, PartitionId(0)};
    const auto reader = fixture->log().open_reader({.topics = {topic}});
    auto running = join(fixture->kafka(), "a");
    std::size_t read = 0;
    while (read < 5) read += poll_some(**reader).size();
    for (read = 0; read < 5;) {
        const std::vector<Record> some = poll_some(*running);
        read += some.size();
        EXPECT_TRUE(publish(*running, {}, positions_after(some)));
    }
    delete_topic(topic);
    ASSERT_TRUE(eventually([&] {
        return fixture->log().admin().create_topic({.name = topic}) == CreateOutcome::created;
    }));
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(eventually([&] { return append_one(topic, "new" + std::to_string(i)); }));
    }
    std::set<std::string> by_reader;
    std::set<std::string> by_member;
    const auto collect = [](Reader& from, std::set<std::string>& into) {
        const auto records = from.poll(100);
        if (!records) return;
        for (const Record& record : *records) into.insert(*record.value);
    };
    EXPECT_TRUE(eventually([&] {
        collect(**reader, by_reader);
        collect(*running, by_member);
        return by_reader.size() == 20 && by_member.size() == 20;
    }));
    running.reset();  // The group's position is of the old log still.
    by_member.clear();
    const auto later = join(fixture->kafka(), "b");
    EXPECT_TRUE(eventually([&] {
        collect(*later, by_member);
        return by_member.size() == 20;
    }));
}

// Goal: while somebody's transaction holds the group's positions, a member begins nowhere else, and
// says why it waits.
TEST_F(KafkaOnly, WaitsForPositionsInDoubt) {
    begin();
    fixture->create("in");
    const std::string topic = fixture->name_of("in");
    fixture->append({fixture->record("in", "0"), fixture->record("in", "1")});
    const Position committed{{topic, PartitionId(0)}, Offset(1)};
    ASSERT_TRUE(fixture->kafka().kafka_admin().set_committed(fixture->name_of("g"), {committed}));
    OpenTransaction stranger(fixture->name_of("g"), committed);
    const auto member = join(fixture->kafka(), "a");
    std::string said;
    EXPECT_TRUE(eventually([&] {
        EXPECT_TRUE(member->poll(100)->empty());
        const auto trouble = fixture->kafka().condition().trouble;
        if (trouble) said = trouble->detail;
        return said.find("transaction") != std::string::npos;
    })) << said;
    stranger.abort();
    EXPECT_EQ(poll_some(*member).at(0).value, "1");
    EXPECT_TRUE(eventually([&] {
        EXPECT_TRUE(member->poll(100));
        return !fixture->kafka().condition().trouble;
    }));
}

// Goal: an orderly stop leaves the group, so that it can be moved at once.
TEST_F(KafkaOnly, LeavesTheGroupWhenItStops) {
    begin();
    fixture->create("in");
    fixture->append({fixture->record("in", "0"), fixture->record("in", "1")});
    auto member = join(fixture->kafka(), "a");
    poll_some(*member);
    member.reset();
    const Position first{{fixture->name_of("in"), PartitionId(0)}, Offset(1)};
    const auto moved = fixture->kafka().kafka_admin().set_committed(fixture->name_of("g"), {first});
    EXPECT_TRUE(moved) << moved.error().detail;
    EXPECT_EQ(poll_some(*join(fixture->kafka(), "a")).at(0).value, "1");
}

// Goal: a record that its topic refuses for good is set aside alone, in both modes: the rest of
// its batch is published once.
TEST_F(KafkaOnly, SetsAsideWhatATopicRefuses) {
    for (const bool is_exactly_once : {false, true}) {
        begin(is_exactly_once ? exactly_once() : test_options());
        fixture->create("in");
        create_with(fixture->name_of("small"), {{"max.message.bytes", "1000"}});
        create_with(fixture->name_of("compact"), {{"cleanup.policy", "compact"}});
        fixture->create("aside");
        ASSERT_TRUE(eventually([&] { return fixture->log().admin().topics()->size() >= 4; }));
        auto member = fixture->kafka().join_group({
            .group = fixture->name_of("g"),
            .topics = {fixture->name_of("in")},
            .instance_id = "a",
            .set_aside = [&](const NewRecord& refused, const Error&) -> std::optional<NewRecord> {
                return fixture->record("aside", refused.topic);
            },
        });
        ASSERT_TRUE(member);
        fixture->append({fixture->record("in", "0")});
        const std::vector<Record> polled = poll_some(**member);
        NewRecord keyless = fixture->record("compact", "no key");
        keyless.key.reset();
        const auto published = publish(
            **member,
            {fixture->record("small", "1"),
             fixture->record("small", std::string(5'000, 'x')),
             fixture->record("small", "2"),
             fixture->record("compact", "3"),
             keyless,
             fixture->record("compact", "4", "k4")},
            positions_after(polled)
        );
        EXPECT_TRUE(published) << published.error().detail;
        EXPECT_EQ(values("small"), (std::vector<std::string>{"1", "2"}));
        EXPECT_EQ(values("compact"), (std::vector<std::string>{"3", "4"}));
        EXPECT_EQ(
            values("aside"),
            (std::vector<std::string>{fixture->name_of("small"), fixture->name_of("compact")})
        );
        member->reset();
    }
}

// Goal: a member that is not polled for longer than max.poll.interval.ms loses its partitions to
// those that live, and has its share again when it polls again.
TEST_F(KafkaOnly, ComesBackAfterAPause) {
    KafkaOptions options = test_options();
    options.settings["max.poll.interval.ms"] = "6000";
    begin(options);
    fixture->create("in", 2);
    fixture->append({fixture->record("in", "0")});
    const auto sleeper = join(fixture->kafka(), "a");
    EXPECT_EQ(poll_some(*sleeper).size(), 1U);
    const auto other = join(fixture->kafka(), "b");
    EXPECT_TRUE(eventually([&] { return other->poll(100) && other->positions().size() == 2; }));
    EXPECT_TRUE(eventually([&] {
        return sleeper->poll(100) && other->poll(100) && sleeper->positions().size() == 1 &&
               other->positions().size() == 1;
    }));
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
