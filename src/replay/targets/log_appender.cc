// SPDX-License-Identifier: Apache-2.0
#include "replay/targets/log_appender.h"

#include <thread>
#include <utility>

namespace flightcast::replay::targets {

using base::Errc;
using base::fail;
using base::Result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kLookForStop{100};
constexpr milliseconds kPauseAfterFailure{100};

}  // namespace

void LogAppender::Fate::set(Result<void> result) {
    {
        const std::lock_guard lock(mutex_);
        result_ = std::move(result);
    }
    signs_.give();
}

std::optional<Result<void>> LogAppender::Fate::wait(milliseconds most) {
    signs_.wait(most);
    const std::lock_guard lock(mutex_);
    return result_;
}

Result<std::unique_ptr<LogAppender>> LogAppender::open(
    eventlog::EventLog& log, milliseconds patience, std::stop_token stop
) {
    FC_TRY(std::unique_ptr<eventlog::Writer> writer, log.open_writer());
    return std::make_unique<LogAppender>(std::move(writer), patience, std::move(stop));
}

Result<void> LogAppender::append_once(const std::vector<eventlog::NewRecord>& records) {
    const auto fate = std::make_shared<Fate>();
    FC_TRY_VOID(writer_->append(records, [fate](Result<void> result) {
        fate->set(std::move(result));
    }));
    milliseconds waited{0};
    while (true) {
        if (auto result = fate->wait(kLookForStop)) return *std::move(result);
        if (stop_.stop_requested()) return fail(Errc::closed, "interrupted");
        waited += kLookForStop;
        if (waited >= patience_) return fail(Errc::timeout, "the log does not answer");
    }
}

Result<void> LogAppender::append(const std::vector<eventlog::NewRecord>& records) {
    if (records.empty()) return {};
    milliseconds tried{0};
    while (true) {
        const Result<void> appended = append_once(records);
        if (appended || tried >= patience_) return appended;
        const Errc code = appended.error().code;
        const bool is_hopeless = code == Errc::closed || code == Errc::not_found ||
                                 code == Errc::invalid_argument || code == Errc::fenced;
        if (is_hopeless || stop_.stop_requested()) return appended;
        std::this_thread::sleep_for(kPauseAfterFailure);
        tried += kPauseAfterFailure;
    }
}

}  // namespace flightcast::replay::targets
