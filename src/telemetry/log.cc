// SPDX-License-Identifier: Apache-2.0
//
// The form of a line is made on the calling thread; spdlog's queue and thread do the writing.
#include "telemetry/log.h"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <optional>

#include "base/limits.h"
#include "telemetry/log_line.h"
#include "telemetry/problem_book.h"
#include "telemetry/repeat_limiter.h"

namespace flightcast::telemetry {
namespace {

// Writes each line with one call, so that lines of several processes do not mix.
class FileSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
  public:
    explicit FileSink(std::FILE* out) : out_(out) {}

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        line_.assign(message.payload.data(), message.payload.size());
        line_ += '\n';
        // A log that cannot be written can only be counted: a full disk, a pipe that was closed.
        const bool written = std::fwrite(line_.data(), 1, line_.size(), out_) == line_.size();
        if (std::fflush(out_) != 0 || !written) ++lines_failed_;
        std::clearerr(out_);
    }
    void flush_() override {}

  public:
    [[nodiscard]] std::size_t lines_failed() const { return lines_failed_; }

  private:
    std::FILE* const out_;
    std::string line_;
    std::atomic<std::size_t> lines_failed_ = 0;
};

}  // namespace

struct Log::Writer {
    explicit Writer(const LogOptions& options)
        : is_terminal(isatty(fileno(options.out)) == 1),
          format(
              options.format != LogFormat::automatic ? options.format
              : is_terminal                          ? LogFormat::text
                                                     : LogFormat::json
          ),
          sink(std::make_shared<FileSink>(options.out)),
          threads(std::make_shared<spdlog::details::thread_pool>(base::limits::kLogLinesMax, 1)),
          logger(
              std::make_shared<spdlog::async_logger>(
                  "flightcast", sink, threads, spdlog::async_overflow_policy::overrun_oldest
              )
          ) {}

    [[nodiscard]] std::string form_of(const LogLine& line) const {
        if (format == LogFormat::ecs) return ecs_line(line);
        if (format == LogFormat::json) return json_line(line);
        return text_line(line, is_terminal);
    }

    // Of warnings and errors with the same message only a few a minute are written.
    std::optional<RepeatLimiter::Pass> admit(const LogLine& line, base::SteadyTime now) {
        if (line.level < LogLevel::warning) return RepeatLimiter::Pass{};
        const std::string key = std::string(line.stage) + '\n' + std::string(line.message);
        const std::lock_guard lock(mutex);
        return limiter.admit(key, now);
    }

    void note(const LogLine& line) {
        const std::lock_guard lock(mutex);
        problems.note(line);
    }

    const bool is_terminal;
    const LogFormat format;  // not automatic
    const std::shared_ptr<FileSink> sink;
    const std::shared_ptr<spdlog::details::thread_pool> threads;
    const std::shared_ptr<spdlog::async_logger> logger;
    std::mutex mutex;
    RepeatLimiter limiter;  // guarded by mutex
    ProblemBook problems;   // guarded by mutex
};

Log::Log(const LogOptions& options, const base::Clock& clock)
    : clock_(clock), level_(options.level), writer_(std::make_unique<Writer>(options)) {}

Log::~Log() = default;

std::size_t Log::lines_lost() const {
    return writer_->threads->overrun_counter() + writer_->sink->lines_failed();
}

std::vector<Problem> Log::problems() const {
    const std::lock_guard lock(writer_->mutex);
    return writer_->problems.problems();
}

void Log::write(
    LogLevel level, std::string_view stage, std::string_view message, LogFieldSpan fields
) {
    const bool is_problem = level >= LogLevel::warning;
    if (!is_problem && !enabled(level)) return;
    LogLine line{
        .time = clock_.wall_now(),
        .level = level,
        .stage = stage,
        .message = message,
        .fields = fields,
    };
    if (is_problem) writer_->note(line);
    if (!enabled(level)) return;
    const auto pass = writer_->admit(line, clock_.steady_now());
    if (!pass) return;
    std::string repeats;
    if (pass->left_out > 0) repeats = std::to_string(pass->left_out) + " more were left out";
    if (pass->is_last) repeats = "more are left out for a minute";
    line.repeats = repeats;
    writer_->logger->log(spdlog::level::info, writer_->form_of(line));
}

void Logger::debug(std::string_view message, LogFields fields) const {
    log_->write(LogLevel::debug, stage_, message, LogFieldSpan(fields.begin(), fields.size()));
}

void Logger::info(std::string_view message, LogFields fields) const {
    log_->write(LogLevel::info, stage_, message, LogFieldSpan(fields.begin(), fields.size()));
}

void Logger::info(std::string_view message, LogFieldSpan fields) const {
    log_->write(LogLevel::info, stage_, message, fields);
}

void Logger::warning(std::string_view message, LogFields fields) const {
    log_->write(LogLevel::warning, stage_, message, LogFieldSpan(fields.begin(), fields.size()));
}

void Logger::error(std::string_view message, LogFields fields) const {
    log_->write(LogLevel::error, stage_, message, LogFieldSpan(fields.begin(), fields.size()));
}

}  // namespace flightcast::telemetry
