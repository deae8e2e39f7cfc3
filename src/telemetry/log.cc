// SPDX-License-Identifier: Apache-2.0
//
// The form of a line is made on the calling thread; spdlog's queue and thread do the writing.
#include "telemetry/log.h"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include "base/limits.h"
#include "telemetry/log_line.h"

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
        // A log that cannot be written has nobody left to tell.
        static_cast<void>(std::fwrite(line_.data(), 1, line_.size(), out_));
        static_cast<void>(std::fflush(out_));
    }
    void flush_() override {}

  private:
    std::FILE* const out_;
    std::string line_;
};

}  // namespace

struct Log::Writer {
    explicit Writer(const LogOptions& options)
        : is_terminal(isatty(fileno(options.out)) == 1),
          as_json(
              options.format == LogFormat::json ||
              (options.format == LogFormat::automatic && !is_terminal)
          ),
          threads(std::make_shared<spdlog::details::thread_pool>(base::limits::kLogLinesMax, 1)),
          logger(
              std::make_shared<spdlog::async_logger>(
                  "flightcast",
                  std::make_shared<FileSink>(options.out),
                  threads,
                  spdlog::async_overflow_policy::overrun_oldest
              )
          ) {}

    const bool is_terminal;
    const bool as_json;
    const std::shared_ptr<spdlog::details::thread_pool> threads;
    const std::shared_ptr<spdlog::async_logger> logger;
};

Log::Log(const LogOptions& options, const base::Clock& clock)
    : clock_(clock), level_(options.level), writer_(std::make_unique<Writer>(options)) {}

Log::~Log() = default;

std::size_t Log::lines_lost() const {
    return writer_->threads->overrun_counter();
}

void Log::write(
    LogLevel level, std::string_view stage, std::string_view message, LogFieldSpan fields
) {
    if (!enabled(level)) return;
    const LogLine line{
        .time = clock_.wall_now(),
        .level = level,
        .stage = stage,
        .message = message,
        .fields = fields,
    };
    writer_->logger->log(
        spdlog::level::info,
        writer_->as_json ? json_line(line) : text_line(line, writer_->is_terminal)
    );
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
