// SPDX-License-Identifier: Apache-2.0
#include "pipeline/worker.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace flightcast::pipeline {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using base::Error;
using base::SteadyTime;
using Texts = std::vector<std::string>;

// A part that follows the script of the test, then idles; it notes each step.
struct ScriptedPart final : Part {
    explicit ScriptedPart(std::string given_name, Texts& given_diary)
        : name(std::move(given_name)), diary(given_diary) {}

    std::string name;
    Texts& diary;
    std::deque<Step> script;
    std::optional<Error> error;
    std::size_t failure_count = 0;
    std::size_t under_way = 0;
    SteadyTime again{};
    bool behind = false;
    std::function<void()> wake;

    Step step(SteadyTime /*now*/) override {
        diary.push_back(name);
        if (script.empty()) return Step::idle;
        const Step next = script.front();
        script.pop_front();
        return next;
    }
    [[nodiscard]] SteadyTime retry_at() const override { return again; }
    [[nodiscard]] const std::optional<Error>& trouble() const override { return error; }
    [[nodiscard]] std::size_t failures() const override { return failure_count; }
    [[nodiscard]] bool is_behind() const override { return behind; }
    [[nodiscard]] std::size_t in_flight() const override { return under_way; }
    void on_ready(std::function<void()> given) override { wake = std::move(given); }
};

// An embedded log with some commits to make.
struct CountedLog final : eventlog::Embedded {
    explicit CountedLog(Texts& given_diary) : diary(given_diary) {}

    Texts& diary;
    int queued = 0;
    bool closed = false;
    std::function<void()> wake;

    bool step() override {
        if (queued == 0) return false;
        --queued;
        diary.emplace_back("commit");
        return true;
    }
    void on_work(std::function<void()> given) override { wake = std::move(given); }
    base::Result<std::unique_ptr<eventlog::Writer>> open_quick_writer() override {
        return base::fail(Errc::unsupported, "nothing is appended here");
    }
    void close() override {
        closed = true;
        diary.emplace_back("close");
    }
    base::Result<eventlog::TrimReport> trim(const eventlog::Retention&) override {
        return eventlog::TrimReport{};
    }
    void on_trouble(OnTrouble) override {}
    void look() override {}
};

struct WorkerTest : testing::Test {
    base::SystemClock log_clock;
    telemetry::Log lines{{.level = telemetry::LogLevel::error, .out = stdout}, log_clock};
    Texts diary;
    CountedLog log{diary};
    ScriptedPart first{"first", diary};
    ScriptedPart second{"second", diary};
    std::vector<Error> ends;
    SteadyTime now{1h};

    Worker make(std::vector<WorkerPart> parts, std::vector<Chore> chores = {}) {
        return Worker(
            {.log = &log,
             .parts = std::move(parts),
             .chores = std::move(chores),
             .logger = lines.stage("test"),
             .on_end = [this](Error error) { ends.push_back(std::move(error)); }},
            now
        );
    }
    Texts steps() { return std::exchange(diary, {}); }
    static void fail(ScriptedPart& part, std::size_t failures) {
        part.script.push_back(Step::backing_off);
        part.error = Error{Errc::io, "the topic is full"};
        part.failure_count = failures;
    }
};

// Goal: the log is committed before the parts and after each, so that no output waits for another
// part; a step that found work wants the next one at once, one that did not waits to be woken.
TEST_F(WorkerTest, CommitsBetweenParts) {
    Worker worker = make({{"first", first}, {"second", second}});
    log.queued = 3;
    first.script = {Step::worked};
    EXPECT_EQ(worker.step(now), now);
    EXPECT_EQ(steps(), (Texts{"commit", "first", "commit", "second", "commit"}));
    EXPECT_EQ(worker.step(now), SteadyTime::max());
    EXPECT_EQ(steps(), (Texts{"first", "second"}));
    log.queued = 1;
    EXPECT_EQ(worker.step(now), now);
}

// Goal: a part with a pace is stepped again only after it, others meanwhile as often as they like;
// a step that found nothing begins no pause.
TEST_F(WorkerTest, KeepsThePaceOfAPart) {
    Worker worker = make({{"first", first}, {"second", second, 50ms}});
    second.script = {Step::idle, Step::worked, Step::worked};
    EXPECT_EQ(worker.step(now), SteadyTime::max());
    EXPECT_EQ(worker.step(now), now);
    EXPECT_EQ(steps(), (Texts{"first", "second", "first", "second"}));
    EXPECT_EQ(worker.step(now), now + 50ms);
    now += 49ms;
    EXPECT_EQ(worker.step(now), now + 1ms);
    EXPECT_EQ(steps(), (Texts{"first", "first"}));
    now += 1ms;
    EXPECT_EQ(worker.step(now), now);
    EXPECT_EQ(steps(), (Texts{"first", "second"}));
    now += 50ms;
    EXPECT_EQ(worker.step(now), SteadyTime::max());
}

// Goal: a part that is behind does not wait for its pace, unless it keeps that for others.
TEST_F(WorkerTest, HurriesAPartThatIsBehind) {
    Worker worker = make(
        {{"first", first, 50ms},
         {.name = "second", .part = second, .pace = 50ms, .keeps_pace = true}}
    );
    first.behind = second.behind = true;
    first.script = {Step::worked, Step::worked};
    second.script = {Step::worked, Step::worked};
    EXPECT_EQ(worker.step(now), now);
    EXPECT_EQ(worker.step(now), now);
    EXPECT_EQ(steps(), (Texts{"first", "second", "first"}));
    first.behind = false;
    first.script = {Step::worked, Step::worked};
    EXPECT_EQ(worker.step(now), now);
    EXPECT_EQ(worker.step(now), now + 50ms);
    EXPECT_EQ(steps(), (Texts{"first"}));
}

// Goal: a part that backs off is due when it says so, and is stepped whenever the worker is.
TEST_F(WorkerTest, ComesBackToAPartThatBacksOff) {
    Worker worker = make({{"first", first}});
    fail(first, 1);
    first.again = now + 20ms;
    EXPECT_EQ(worker.step(now), now + 20ms);
    first.error.reset();
    EXPECT_EQ(worker.step(now + 20ms), SteadyTime::max());
}

// Goal: chores run when they are due and no sooner, the first time after their time has passed, and
// while there is work too.
TEST_F(WorkerTest, DoesItsChores) {
    Worker worker = make(
        {{"first", first}},
        {{1s, [this] { diary.emplace_back("lag"); }},
         {1min, [this] { diary.emplace_back("trim"); }}}
    );
    EXPECT_EQ(worker.step(now), now + 1s);
    now += 1s;
    first.script = {Step::worked, Step::worked};
    EXPECT_EQ(worker.step(now), now);
    EXPECT_EQ(worker.step(now), now);
    EXPECT_EQ(worker.step(now), now + 1s);
    EXPECT_EQ(steps(), (Texts{"first", "first", "lag", "first", "first"}));
    now += 59s;
    EXPECT_EQ(worker.step(now), now + 1s);
    EXPECT_EQ(steps(), (Texts{"first", "lag", "trim"}));
}

// Goal: a failure or two are kept to itself; when a part gets nothing published others are told
// which one and why, until something is published.
TEST_F(WorkerTest, TellsWhenAPartIsStuck) {
    Worker worker = make({{"first", first}, {"second", second}});
    for (std::size_t failures = 1; failures <= 2; ++failures) {
        fail(second, failures);
        static_cast<void>(worker.step(now));
        EXPECT_FALSE(worker.trouble());
    }
    fail(second, 3);
    static_cast<void>(worker.step(now));
    ASSERT_TRUE(worker.trouble());
    EXPECT_EQ(worker.trouble()->detail, "second: the topic is full");
    second.script = {Step::worked};  // Published, and not completed yet.
    static_cast<void>(worker.step(now));
    EXPECT_TRUE(worker.trouble());
    second.error.reset();
    second.failure_count = 0;
    static_cast<void>(worker.step(now));
    EXPECT_FALSE(worker.trouble());
}

// Goal: a part that is not needed for answers is told of as stuck only under its own name.
TEST_F(WorkerTest, KeepsQuietAboutPartsThatAreNotNeeded) {
    Worker worker = make({{.name = "first", .part = first, .is_needed = false}});
    fail(first, 9);
    static_cast<void>(worker.step(now));
    EXPECT_FALSE(worker.trouble());
    EXPECT_TRUE(worker.trouble_of("first"));
    EXPECT_FALSE(worker.trouble_of("second"));
}

// Goal: a part that lost its place for good ends the process, told once for each.
TEST_F(WorkerTest, TellsOnceThatAPartIsFenced) {
    Worker worker = make({{"first", first}, {"second", second}});
    first.script = {Step::idle, Step::fenced, Step::fenced, Step::fenced};
    first.error = Error{Errc::fenced, "another instance has this place"};
    for (int i = 0; i < 4; ++i) static_cast<void>(worker.step(now));
    ASSERT_EQ(ends.size(), 1U);
    EXPECT_EQ(ends[0].code, Errc::fenced);
    EXPECT_EQ(ends[0].detail, "first: another instance has this place");
}

// Goal: with an embedded log the end comes when nothing is left to do, paces put nothing off, what
// is queued is committed after the log was closed, and chores rest.
TEST_F(WorkerTest, DrainsAnEmbeddedLog) {
    Worker worker = make({{"first", first, 1h}}, {{1s, [this] { diary.emplace_back("chore"); }}});
    first.script = {Step::worked, Step::worked, Step::worked};
    static_cast<void>(worker.step(now));
    static_cast<void>(worker.step(now));
    EXPECT_EQ(steps(), Texts{"first"});  // The second one is put off.
    worker.end_by(now + 10s);
    now += 2s;
    EXPECT_EQ(worker.step(now), now);
    EXPECT_EQ(worker.step(now), now);
    EXPECT_FALSE(worker.has_ended());
    static_cast<void>(worker.step(now));
    EXPECT_TRUE(worker.has_ended());
    EXPECT_TRUE(log.closed);
    EXPECT_EQ(steps(), (Texts{"first", "first", "first", "close"}));
}

// Goal: work that never ends is left over at the deadline, after a last commit.
TEST_F(WorkerTest, LeavesWorkOverAtTheDeadline) {
    Worker worker = make({{"first", first}});
    first.script.assign(100, Step::worked);
    worker.end_by(now + 1s);
    EXPECT_EQ(worker.step(now), now);
    now += 1s;
    log.queued = 3;
    static_cast<void>(worker.step(now));
    EXPECT_TRUE(worker.has_ended());
    EXPECT_EQ(steps(), (Texts{"first", "commit", "first", "commit", "close", "commit"}));
}

// Goal: on a log with threads of its own the end begins nothing new, and comes when no publish is
// under way or at the deadline.
TEST_F(WorkerTest, WaitsForPublishesUnderWay) {
    for (const bool completes : {true, false}) {
        SCOPED_TRACE(completes);
        now = SteadyTime{1h};
        Worker worker(
            {.log = nullptr,
             .parts = {{"first", first}},
             .chores = {},
             .logger = lines.stage("test"),
             .on_end = {}},
            now
        );
        first.script = {Step::worked, Step::worked};
        first.under_way = 1;
        static_cast<void>(worker.step(now));
        EXPECT_EQ(steps(), Texts{"first"});
        worker.end_by(now + 30ms);
        EXPECT_EQ(worker.step(now), now + 20ms);
        now += 20ms;
        if (completes) first.under_way = 0;
        if (!completes) {
            EXPECT_EQ(worker.step(now), now + 10ms);
            now += 10ms;
        }
        static_cast<void>(worker.step(now));
        EXPECT_TRUE(worker.has_ended());
        EXPECT_TRUE(steps().empty());
    }
}

// Goal: on such a log a part that must read out goes on at the end until it has, or until the
// deadline; others begin nothing.
TEST_F(WorkerTest, ReadsOutWhatItMust) {
    for (const bool succeeds : {true, false}) {
        SCOPED_TRACE(succeeds);
        now = SteadyTime{1h};
        int left = 2;
        Worker worker(
            {.log = nullptr,
             .parts =
                 {{"first", first},
                  {.name = "second",
                   .part = second,
                   .has_read_out = [&] { return succeeds && left-- == 0; }}},
             .chores = {},
             .logger = lines.stage("test"),
             .on_end = {}},
            now
        );
        worker.end_by(now + 50ms);
        for (int i = 0; i < 3 && !worker.has_ended(); ++i) now = worker.step(now);
        if (!succeeds) {
            EXPECT_FALSE(worker.has_ended());
            static_cast<void>(worker.step(SteadyTime{1h} + 50ms));
        }
        EXPECT_TRUE(worker.has_ended());
        EXPECT_EQ(steps(), Texts(succeeds ? 2 : 3, "second"));
    }
}

// Goal: a part that holds records is due when it says so.
TEST_F(WorkerTest, ComesBackToAPartThatHolds) {
    Worker worker = make({{"first", first}});
    first.script = {Step::holding};
    first.again = now + 20ms;
    EXPECT_EQ(worker.step(now), now + 20ms);
    EXPECT_EQ(worker.step(now + 20ms), SteadyTime::max());
}

// Goal: log and parts all wake whoever steps the worker, until it is gone.
TEST_F(WorkerTest, HandsTheWakeUpOn) {
    int wakes = 0;
    {
        Worker worker = make({{"first", first}, {"second", second}});
        worker.on_wake([&wakes] { ++wakes; });
        log.wake();
        first.wake();
        second.wake();
        EXPECT_EQ(wakes, 3);
    }
    EXPECT_FALSE(log.wake);
    EXPECT_FALSE(first.wake);
    EXPECT_FALSE(second.wake);
}

}  // namespace
}  // namespace flightcast::pipeline
