// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "app/topics/topics_init.h"
#include "app/topics/topics_record.h"
#include "app/topics/topics_report.h"
#include "app/topics/topics_source.h"
#include "app/topics/topics_tail.h"
#include "app/topics/topics_unanswered.h"
#include "base/temporary_folder.h"
#include "eventlog/local/local_log.h"
#include "eventlog/sqlite/sqlite_storage.h"

namespace flightcast::app::topics {
namespace {

using base::Errc;
using base::Result;
using eventlog::NewRecord;
using testing::HasSubstr;

struct IndentCase {
    const char* text;
    const char* expected;
};

// Goal: JSON gets lines and keeps every number and string as it was written; other text is shown
// without characters that a terminal would obey.
TEST(TopicsRecord, IndentsJson) {
    constexpr std::array kCases = {
        IndentCase{R"({"a":5.0,"b":"x{,}:\"y"})", "{\n  \"a\": 5.0,\n  \"b\": \"x{,}:\\\"y\"\n}"},
        IndentCase{
            R"({"a": [1E7, {}], "b": null})",
            "{\n  \"a\": [\n    1E7,\n    {}\n  ],\n  \"b\": null\n}"
        },
        IndentCase{"[]", "[]"},
        IndentCase{"3.0", "3.0"},
        IndentCase{"not json", "not json"},
        IndentCase{"\x1b[2Jgone", "\\x1b[2Jgone"},
        IndentCase{"", ""},
    };
    for (const IndentCase& item : kCases) EXPECT_EQ(indented(item.text), item.expected);
}

// Goal: each form shows the promised parts, a record without key and value too.
TEST(TopicsRecord, ShowsARecordInEachForm) {
    const eventlog::Record record{
        .at = {"t", eventlog::PartitionId(2)},
        .offset = eventlog::Offset(7),
        .appended = eventlog::RecordTime(std::chrono::milliseconds(1'480'000'000'123)),
        .key = "k",
        .value = R"({"a":1})",
        .headers = {{"h", "v"}},
    };
    EXPECT_EQ(record_text(record, RecordForm::raw, ShowHeaders::no), "{\"a\":1}\n");
    EXPECT_EQ(
        record_text(record, RecordForm::json, ShowHeaders::no),
        R"({"topic":"t","partition":2,"offset":7,"appended":"2016-11-24T15:06:40.123Z","key":"k",)"
        R"("value":"{\"a\":1}","headers":[{"name":"h","value":"v"}]})"
        "\n"
    );
    EXPECT_EQ(
        record_text(record, RecordForm::pretty, ShowHeaders::yes),
        "# t partition 2 offset 7 at 2016-11-24T15:06:40.123Z key k\n# h: v\n{\n  \"a\": 1\n}\n"
    );
    eventlog::Record bare = record;
    bare.key.reset();
    bare.value.reset();
    EXPECT_THAT(record_text(bare, RecordForm::pretty, ShowHeaders::no), HasSubstr("(no value)"));
    EXPECT_THAT(record_text(bare, RecordForm::json, ShowHeaders::no), HasSubstr(R"("value":null)"));
}

// A data folder in which a server is at work.
struct TopicsTest : testing::Test {
    base::TemporaryFolder folder;
    base::SystemClock clock;
    options::ServeOptions options{.data_dir = folder.path()};
    std::unique_ptr<eventlog::sqlite::SqliteStorage> storage;
    std::unique_ptr<eventlog::local::LocalLog> log;

    void SetUp() override {
        storage = eventlog::sqlite::SqliteStorage::open(folder.path() / "flightcast.db").value();
        log = eventlog::local::LocalLog::open(*storage, clock).value();
        for (const char* const topic : {"requests", "responses"}) {
            ASSERT_TRUE(log->admin().create_topic({.name = topic, .retention = {}}));
        }
    }
    void append(const std::string& topic, const std::string& key, const std::string& value) {
        const auto writer = log->open_writer();
        const std::vector<NewRecord> records = {{.topic = topic, .key = key, .value = value}};
        ASSERT_TRUE((*writer)->append(records, {}));
        while (log->step()) {
        }
    }
    std::string tail(TailOptions tail) {
        const auto source = TopicsSource::open(options, clock);
        EXPECT_TRUE(source) << source.error().detail;
        std::string text;
        tail.form = RecordForm::raw;
        const auto write = [&](const std::string& record) -> Result<void> {
            text += record;
            // Appended while it follows.
            if (text == "now\n") append("responses", "b", "later");
            return {};
        };
        const auto written = tail_topic(**source, tail, write);
        EXPECT_TRUE(written) << written.error().detail;
        return text;
    }
};

std::string with_uuid(int number) {
    return R"({"UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a)" + std::to_string(number) + R"("})";
}

// Goal: the place to go on at is the first request without an outcome of either kind; what stands
// behind it is counted; a request that names no UUID does not count, and without any that waits it
// is the end.
TEST_F(TopicsTest, FindsTheFirstUnanswered) {
    ASSERT_TRUE(log->admin().create_topic({.name = "dead", .retention = {}}));
    const FlightTopics topics{.requests = "requests", .outcomes = {"responses", "dead"}};
    for (int number = 0; number < 5; ++number) append("requests", "", with_uuid(number));
    append("requests", "", "no JSON");
    for (const int number : {0, 3, 3}) append("responses", "k", with_uuid(number));
    append("dead", "k", with_uuid(1));
    const auto source = TopicsSource::open(options, clock);
    const auto found = find_unanswered(**source, topics, eventlog::FromBeginning{});
    ASSERT_TRUE(found) << found.error().detail;
    ASSERT_EQ(found->positions.size(), 1U);
    EXPECT_EQ(found->positions[0].next, eventlog::Offset(2));
    EXPECT_EQ(found->waiting, 2);
    EXPECT_EQ(found->answered_again, 1);
    EXPECT_EQ(
        unanswered_text(*found),
        "2 requests wait for an outcome; 1 request behind the first of them has one already and "
        "will be answered again.\n"
    );
    for (const int number : {2, 4}) append("dead", "k", with_uuid(number));
    const auto later = TopicsSource::open(options, clock);
    const auto none = find_unanswered(**later, topics, eventlog::FromBeginning{});
    ASSERT_TRUE(none) << none.error().detail;
    EXPECT_EQ(none->positions[0].next, eventlog::Offset(6));
    EXPECT_EQ(unanswered_text(*none), "0 requests wait for an outcome.\n");
}

// Goal: before the first failure the topic of dead letters need not exist; that of the responses
// must, or a misspelled one would send all requests again.
TEST_F(TopicsTest, FindsTheFirstUnansweredWithoutDeadLetters) {
    for (int number = 0; number < 3; ++number) append("requests", "", with_uuid(number));
    append("responses", "k", with_uuid(0));
    const auto source = TopicsSource::open(options, clock);
    FlightTopics topics{
        .requests = "requests", .outcomes = {"responses", "dead"}, .may_be_missing = "dead"
    };
    const auto found = find_unanswered(**source, topics, eventlog::FromBeginning{});
    ASSERT_TRUE(found) << found.error().detail;
    EXPECT_EQ(found->waiting, 2);
    topics.outcomes = {"reponses", "dead"};
    const auto misspelled = find_unanswered(**source, topics, eventlog::FromBeginning{});
    ASSERT_FALSE(misspelled);
    EXPECT_EQ(misspelled.error().code, base::Errc::not_found);
}

// Goal: records of a running server are shown, all or those of one request, by key or text.
TEST_F(TopicsTest, TailsARunningServer) {
    append("responses", "a", "1");
    append("responses", "b", "2");
    append("responses", "", R"({"UUID":"b"})");
    const auto from_beginning = [](std::string uuid, std::optional<std::size_t> count) {
        return TailOptions{
            .topic = "responses",
            .start = eventlog::FromBeginning{},
            .follow = Follow::no,
            .uuid = std::move(uuid),
            .count = count,
        };
    };
    EXPECT_EQ(tail(from_beginning("", {})), "1\n2\n{\"UUID\":\"b\"}\n");
    EXPECT_EQ(tail(from_beginning("b", {})), "2\n{\"UUID\":\"b\"}\n");
    EXPECT_EQ(tail(from_beginning("B", {})), "2\n{\"UUID\":\"b\"}\n");
    EXPECT_EQ(tail(from_beginning("", 1)), "1\n");
    EXPECT_EQ(tail(from_beginning("", 0)), "");
    EXPECT_EQ(tail({.topic = "responses", .follow = Follow::no}), "");
    const auto source = TopicsSource::open(options, clock);
    const auto unknown = tail_topic(**source, {.topic = "nowhere"}, [](const std::string&) {
        return Result<void>();
    });
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Errc::not_found);
}

// Goal: following shows records that another process appends.
TEST_F(TopicsTest, FollowsARunningServer) {
    append("responses", "a", "now");
    const TailOptions follow{.topic = "responses", .start = eventlog::FromBeginning{}, .count = 2};
    EXPECT_EQ(tail(follow), "now\nlater\n");
}

// Goal: following ends with the reason when a record cannot be written, instead of for nobody.
TEST_F(TopicsTest, EndsWhenNobodyReadsAlong) {
    append("responses", "a", "1");
    append("responses", "a", "2");
    const auto source = TopicsSource::open(options, clock);
    const TailOptions follow{.topic = "responses", .start = eventlog::FromBeginning{}};
    std::size_t calls = 0;
    const auto write = [&calls](const std::string&) -> Result<void> {
        ++calls;
        return base::fail(Errc::io, "the reader left");
    };
    const auto written = tail_topic(**source, follow, write);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().detail, "the reader left");
    EXPECT_EQ(calls, 1U);
}

// Goal: topics and the progress of groups, as tables and JSON.
TEST_F(TopicsTest, DescribesTopicsAndLags) {
    append("requests", "a", "1");
    append("requests", "b", "2");
    append("requests", "c", "3");
    const auto member = log->join_group({.group = "g", .topics = {"requests"}, .instance_id = "a"});
    const eventlog::TopicPartition at{"requests", eventlog::PartitionId(0)};
    ASSERT_TRUE((*member)->publish({}, {{at, eventlog::Offset(2)}}, {}));
    while (log->step()) {
    }
    const auto source = TopicsSource::open(options, clock);
    ASSERT_TRUE(source);
    const auto topics = describe_topics(**source, {"requests", "responses"});
    ASSERT_TRUE(topics);
    EXPECT_THAT(topics_text(*topics), testing::ContainsRegex("requests +1 +3 +default +- +0..3\n"));
    EXPECT_THAT(topics_json(*topics), HasSubstr(R"({"topic":"responses","records":0,)"));
    const auto lags = group_lags(**source, {{"g", {"requests"}}, {"none", {"requests"}}});
    ASSERT_TRUE(lags);
    EXPECT_THAT(lags_text(*lags), testing::ContainsRegex("g +requests +0 +2 +3 +1\n"));
    EXPECT_THAT(lags_text(*lags), testing::ContainsRegex("none +requests +0 +- +3 +3\n"));
    EXPECT_THAT(
        lags_json(*lags),
        HasSubstr(R"({"group":"g","topic":"requests","partition":0,"end":3,"lag":1,"committed":2})")
    );
    EXPECT_FALSE(describe_topics(**source, {"nowhere"}));
}

// Goal: how long a topic of an embedded log keeps records is set beside a server at work, and
// shown.
TEST_F(TopicsTest, SetsTheRetentionOfAnEmbeddedLog) {
    using namespace std::chrono_literals;
    const auto source = TopicsSource::open(options, clock);
    const auto shown = [&] { return topics_text(*describe_topics(**source, {"requests"})); };
    EXPECT_THAT(shown(), testing::ContainsRegex("requests +1 +0 +default"));
    ASSERT_TRUE(change_topic(**source, {.name = "requests", .retention = 24h}));
    EXPECT_THAT(shown(), testing::ContainsRegex("requests +1 +0 +1d"));
    ASSERT_TRUE(change_topic(**source, {.name = "requests", .has_default_retention = true}));
    EXPECT_THAT(shown(), testing::ContainsRegex("requests +1 +0 +default"));
    const auto missing = change_topic(**source, {.name = "nowhere", .retention = 24h});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Errc::not_found);
}

// Goal: a change that an embedded log does not let others make is refused, with the alternative.
TEST_F(TopicsTest, RefusesToChangeAnEmbeddedLog) {
    const auto source = TopicsSource::open(options, clock);
    const auto made = init_topics(**source, {{.name = "t"}});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Errc::unsupported);
    EXPECT_THAT(made.error().detail, HasSubstr("--kafka"));
    EXPECT_FALSE(change_topic(**source, {.name = "requests", .partitions = 2}));
    const base::TemporaryFolder empty;
    const auto missing = TopicsSource::open({.data_dir = empty.path()}, clock);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Errc::not_found);
    EXPECT_THAT(missing.error().detail, HasSubstr("--data-dir"));
}

// Goal: the result of init is said topic by topic.
TEST(TopicsPrint, SaysWhereATopicDiffers) {
    const std::vector<TopicOutcome> outcomes = {
        {.name = "a", .is_new = true},
        {.name = "b", .is_new = false, .differences = {"has 1 partition, not 4"}},
    };
    EXPECT_EQ(
        outcomes_text(outcomes), "a: created\nb: is there\n  but it has 1 partition, not 4\n"
    );
    EXPECT_THAT(outcomes_json(outcomes), HasSubstr(R"({"topic":"a","created":true)"));
}

}  // namespace
}  // namespace flightcast::app::topics
