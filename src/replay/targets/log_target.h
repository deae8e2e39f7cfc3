// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "eventlog/event_log.h"
#include "flight/calendar/time_zone.h"
#include "flight/route_table.h"
#include "flight/topics/topic_set.h"
#include "replay/flight_list.h"
#include "replay/target.h"
#include "replay/targets/log_appender.h"
#include "replay/targets/signs.h"

namespace flightcast::replay::targets {

// All that a log target works with; it outlives the target.
struct LogTargetParts {
    const FlightList& list;
    eventlog::EventLog& log;
    const flight::RouteTable& routes;
    flight::TopicSet topics;
    flight::TimeZone zone;  // of the system: of the times in its records
    std::string run;        // PositionFile::run()
    std::chrono::milliseconds patience = std::chrono::minutes(1);  // without any sign of life
    std::size_t steps_a_flush = 1;  // of an embedded log; of another each step is durable
    std::stop_token stop{};
};

// Plays into the event log itself, embedded or on Kafka, past every gateway: requests and arrivals
// are appended, and the outcomes are read as the scorers publish them.
//
// Thread-safety: one thread.
class LogTarget final : public Target {
  public:
    // Outcomes are read from the end of their topics on. Errors are those of the log.
    [[nodiscard]] static base::Result<std::unique_ptr<LogTarget>> open(LogTargetParts parts);
    ~LogTarget() override;

    // Errors: those of the log; timeout when requests stay without an outcome; closed.
    [[nodiscard]] base::Result<std::vector<Answer>> play(
        std::size_t number, const Step& step
    ) override;
    [[nodiscard]] bool is_settled() const override { return unsettled_ == 0; }

  private:
    explicit LogTarget(LogTargetParts parts);
    base::Result<void> append(const std::vector<eventlog::NewRecord>& records);
    base::Result<void> read_outcomes();
    void take(const eventlog::Record& record);
    base::Result<void> wait_for(const std::function<bool()>& is_done, const char* what);
    base::Result<void> report(const std::vector<eventlog::NewRecord>& arrivals);
    [[nodiscard]] eventlog::NewRecord request_record(std::uint32_t flight) const;
    base::Result<std::vector<Answer>> ask(
        std::vector<eventlog::NewRecord> before, std::span<const std::uint32_t> flights
    );

    const LogTargetParts parts_;
    const std::shared_ptr<Signs> signs_ = std::make_shared<Signs>();
    std::unique_ptr<LogAppender> appender_;
    std::unique_ptr<LogAppender> quick_;  // null: each step is durable
    std::size_t unsettled_ = 0;           // steps since the last one that is durable
    // Of the arrival topic after what was reported last; none: reports and requests are in one log,
    // in their order.
    std::optional<std::int64_t> arrivals_end_;
    std::unique_ptr<eventlog::Reader> outcomes_;
    std::unordered_map<base::Uuid, std::uint32_t> open_;  // requests without outcome
    std::unordered_map<std::uint32_t, Answer> answers_;   // of this step, by flight
    std::optional<base::Error> fault_;                    // of an outcome that cannot be used
};

}  // namespace flightcast::replay::targets
