// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"

namespace flightcast::telemetry {

enum class LogLevel { debug, info, warning, error };

// `automatic` is `text` on a terminal and `json` elsewhere; `ecs` is JSON in the names of the
// Elastic Common Schema.
enum class LogFormat { automatic, text, json, ecs };

// A key and a value that belong to a log line. Borrowed for the call, except the text of a number.
class LogField {
  public:
    using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

    LogField(std::string_view key, std::string_view value) : key_(key), value_(value) {}
    LogField(std::string_view key, const std::string& value) : key_(key), value_(value) {}
    LogField(std::string_view key, const char* value)
        : key_(key), value_(std::string_view(value)) {}
    LogField(std::string_view key, bool value) : key_(key), value_(value) {}
    LogField(std::string_view key, std::floating_point auto value)
        : key_(key), value_(static_cast<double>(value)) {}
    LogField(std::string_view key, std::signed_integral auto value)
        : key_(key), value_(static_cast<std::int64_t>(value)) {}
    LogField(std::string_view key, std::unsigned_integral auto value)
        : key_(key), value_(static_cast<std::uint64_t>(value)) {}

    [[nodiscard]] std::string_view key() const { return key_; }
    [[nodiscard]] const Value& value() const { return value_; }

  private:
    std::string_view key_;
    Value value_;
};

using LogFields = std::initializer_list<LogField>;
using LogFieldSpan = std::span<const LogField>;  // as many as turn out at run time

class Log;
struct Problem;  // problem_book.h

// Writes the lines of one stage ("gateway", "scorer"); cheap to copy. The Log outlives it.
//
//     logger.info("listening", {{"host", host}, {"port", port}});
//
// Thread-safety: any thread may call any member.
class Logger {
  public:
    void debug(std::string_view message, LogFields fields = {}) const;
    void info(std::string_view message, LogFields fields = {}) const;
    void info(std::string_view message, LogFieldSpan fields) const;
    void warning(std::string_view message, LogFields fields = {}) const;
    void error(std::string_view message, LogFields fields = {}) const;

  private:
    friend class Log;
    Logger(Log& log, std::string stage) : log_(&log), stage_(std::move(stage)) {}

    Log* log_;
    std::string stage_;
};

struct LogOptions {
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::automatic;
    std::FILE* out = stderr;  // stays open for as long as the Log lives
};

// Where log lines go: a bounded queue and a thread that writes them, so that a terminal or pipe
// that stands still never stops a stage; when the queue is full, the oldest lines give way. The
// destructor writes the rest. One line per call, for any message.
//
// Thread-safety: any thread may call any member.
class Log {
  public:
    // `clock` must outlive the log.
    Log(const LogOptions& options, const base::Clock& clock);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    [[nodiscard]] Logger stage(std::string name) { return Logger(*this, std::move(name)); }

    // Whether a line of this level would be written: for callers that prepare costly fields.
    [[nodiscard]] bool enabled(LogLevel level) const {
        return level >= level_.load(std::memory_order_relaxed);
    }

    // The last warnings and errors, the latest first, also those that were not written because the
    // level is higher or their message repeats.
    [[nodiscard]] std::vector<Problem> problems() const;

    // From now on lines from this level on are written.
    void set_level(LogLevel level) { level_ = level; }

    // How many lines gave way because the queue was full.
    [[nodiscard]] std::size_t lines_lost() const;

  private:
    friend class Logger;
    void write(
        LogLevel level, std::string_view stage, std::string_view message, LogFieldSpan fields
    );

    const base::Clock& clock_;
    std::atomic<LogLevel> level_;
    struct Writer;
    const std::unique_ptr<Writer> writer_;
};

}  // namespace flightcast::telemetry
