// SPDX-License-Identifier: Apache-2.0
#include "telemetry/log.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <string>
#include <thread>

#include "base/limits.h"
#include "telemetry/build_info.h"
#include "telemetry/log_line.h"
#include "telemetry/repeat_limiter.h"

namespace flightcast::telemetry {
namespace {

using namespace std::chrono_literals;

constexpr base::WallTime kTime = base::WallTime(1'450'000'000s + 123'456us);

std::string text(std::string_view message, LogFields fields = {}) {
    return text_line({kTime, LogLevel::info, "gateway", message, fields}, false);
}

std::string json(std::string_view message, LogFields fields = {}) {
    return json_line({kTime, LogLevel::warning, "scorer", message, fields});
}

// A file in memory that tells its content.
class MemoryFile {
  public:
    MemoryFile() : file_(open_memstream(&bytes_, &size_)) {}
    ~MemoryFile() {
        static_cast<void>(std::fclose(file_));
        std::free(bytes_);
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    [[nodiscard]] std::FILE* file() const { return file_; }
    [[nodiscard]] std::string text() const { return {bytes_, size_}; }

  private:
    char* bytes_ = nullptr;
    std::size_t size_ = 0;
    std::FILE* file_;
};

// Goal: a text line is one line whatever is in it, and values that are not one word are quoted.
TEST(LogLine, Text) {
    // 1450000000 is 2015-12-13 09:46:40 UTC.
    const std::string start = "09:46:40.123 info    gateway   ";
    EXPECT_EQ(text(""), start);
    EXPECT_EQ(text("a\nb\x1b[1m"), start + "a\\x0ab\\x1b[1m");
    EXPECT_EQ(text("up", {{"port", 5001}}), start + "up  port=5001");
    EXPECT_EQ(text("up", {{"a", "b c"}, {"d", ""}}), start + "up  a=\"b c\" d=\"\"");
    EXPECT_EQ(text("up", {{"a", "x\ny"}, {"b", true}}), start + "up  a=\"x\\ny\" b=true");
    EXPECT_EQ(text("up", {{"a", -1}, {"b", 0.5}}), start + "up  a=-1 b=0.5");
}

// Goal: colour is an addition around a line, and info has none.
TEST(LogLine, Colour) {
    const LogLine info{kTime, LogLevel::info, "s", "m", {}};
    EXPECT_EQ(text_line(info, true), text_line(info, false));
    const LogLine error{kTime, LogLevel::error, "s", "m", {}};
    EXPECT_EQ(text_line(error, true), "\x1b[31m" + text_line(error, false) + "\x1b[0m");
}

// Goal: a line in the Elastic Common Schema has the schema's names for what the schema knows, and
// names of our own for the rest; a reason is an error only in a warning or an error.
TEST(LogLine, Ecs) {
    const auto ecs = [](LogLevel level, LogFields fields) {
        return ecs_line({kTime, level, "scorer", "m\"", fields, ""});
    };
    const std::string version(build_info().version);
    const auto start = [&version](const std::string& level) {
        return R"({"@timestamp":"2015-12-13T09:46:40.123456Z","log.level":")" + level +
               R"(","message":"m\"","ecs.version":"8.11.0","service.name":"flightcast",)" +
               R"("service.version":")" + version +
               R"(","log.logger":"scorer","event.dataset":"flightcast.scorer")";
    };
    EXPECT_EQ(ecs(LogLevel::info, {}), start("info") + "}");
    EXPECT_EQ(
        ecs(LogLevel::error,
            {{"trace", "0af7"}, {"reason", "no"}, {"cause", "bad_date"}, {"n", 3}}),
        start("error") +
            R"(,"trace.id":"0af7","error.message":"no","error.type":"bad_date","flightcast.n":3})"
    );
    EXPECT_EQ(
        ecs(LogLevel::info, {{"reason", "no"}}), start("info") + R"(,"flightcast.reason":"no"})"
    );
    const std::string repeated = ecs_line({kTime, LogLevel::info, "s", "m", {}, "9 more"});
    EXPECT_TRUE(repeated.ends_with(R"(,"flightcast.repeats":"9 more"})")) << repeated;
}

// Goal: a log writes the form that it was asked for.
TEST(Log, WritesEcs) {
    const MemoryFile memory;
    const base::ManualClock clock;
    {
        Log log({.format = LogFormat::ecs, .out = memory.file()}, clock);
        log.stage("s").info("m");
    }
    EXPECT_TRUE(memory.text().starts_with("{\"@timestamp\":")) << memory.text();
}

// Goal: a JSON line is valid JSON in UTF-8 whatever is in it.
TEST(LogLine, Json) {
    const std::string start =
        R"({"time":"2015-12-13T09:46:40.123456Z","level":"warning","stage":"scorer","message":)";
    EXPECT_EQ(json("m"), start + R"("m"})");
    EXPECT_EQ(json("a\"b\n"), start + R"("a\"b\n"})");
    EXPECT_EQ(json("\xff"), start + "\"\xef\xbf\xbd\"}");
    EXPECT_EQ(json("m", {{"n", 1U}, {"s", "x"}}), start + R"("m","n":1,"s":"x"})");
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(json("m", {{"i", kInfinity}}), start + R"("m","i":null})");
}

// Goal: lines below the level are left out, the others are in order, and all are written when the
// log is destroyed.
TEST(Log, WritesFromItsLevelUp) {
    MemoryFile file;
    const base::ManualClock clock(kTime);
    {
        Log log({.level = LogLevel::info, .format = LogFormat::text, .out = file.file()}, clock);
        const Logger logger = log.stage("s");
        logger.debug("no");
        logger.info("one");
        logger.error("two");
        EXPECT_FALSE(log.enabled(LogLevel::debug));
        EXPECT_EQ(log.lines_lost(), 0U);
    }
    EXPECT_EQ(
        file.text(),
        "09:46:40.123 info    s         one\n"
        "09:46:40.123 error   s         two\n"
    );
}

// Goal: a warning that repeats is written a few times a minute, and the next minute says how many
// were left out; infos and other warnings are all written.
TEST(Log, WritesRepeatedWarningsAFewTimes) {
    MemoryFile file;
    base::ManualClock clock(kTime);
    const auto count = [&file](std::string_view part) {
        std::size_t found = 0;
        const std::string text = file.text();
        for (std::size_t at = text.find(part); at != std::string::npos;
             at = text.find(part, at + 1))
            ++found;
        return found;
    };
    {
        Log log({.format = LogFormat::text, .out = file.file()}, clock);
        const Logger logger = log.stage("s");
        for (int i = 0; i < 100; ++i) {
            logger.warning("disk full", {{"i", i}});
            logger.info("said");
        }
        logger.error("other");
        clock.advance(1min);
        logger.warning("disk full", {{"i", 100}});
    }
    EXPECT_EQ(count("disk full"), base::limits::kRepeatedLinesMax + 1);
    EXPECT_EQ(count("said"), 100U);
    EXPECT_EQ(count("other"), 1U);
    EXPECT_EQ(count("repeats=\"more are left out for a minute\""), 1U);
    EXPECT_EQ(count("i=100 repeats=\"90 more were left out\""), 1U);
}

// Goal: lines that cannot be written are counted as lost.
TEST(Log, CountsLinesThatCannotBeWritten) {
    std::FILE* const full = std::fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    const base::ManualClock clock(kTime);
    {
        Log log({.out = full}, clock);
        log.stage("s").info("m");
        while (log.lines_lost() == 0) std::this_thread::yield();  // The test's time limit ends it.
        EXPECT_EQ(log.lines_lost(), 1U);
    }
    static_cast<void>(std::fclose(full));
}

// Goal: a file gets JSON lines unless text is asked for.
TEST(Log, AutomaticIsJsonInAFile) {
    MemoryFile file;
    const base::ManualClock clock(kTime);
    {
        Log({.out = file.file()}, clock).stage("s").info("m");
    }
    EXPECT_TRUE(file.text().starts_with("{\"time\":")) << file.text();
}

}  // namespace
}  // namespace flightcast::telemetry
