// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "flight/calendar/time_zone.h"
#include "flight/topics/topic_set.h"
#include "telemetry/log.h"

namespace flightcast::app::serve {

// All that a demonstration works with; it outlives it.
struct DemoParts {
    eventlog::EventLog& log;
    flight::TopicSet topics;
    flight::TimeZone zone;
    std::filesystem::path folder;  // its file of flights and its position go there
    const base::Clock& clock;
    telemetry::Logger logger;
};

// Plays the real week of flights that is part of the program (`serve --demo`), from where the last
// start ended to its end: flights are asked about and arrivals reported, 600 times as fast as they
// were. On a thread of its own, past the gateway; failures are said and end it, never the server.
//
// Thread-safety: one thread makes and ends it.
class Demo {
  public:
    explicit Demo(DemoParts parts);
    ~Demo();
    Demo(const Demo&) = delete;
    Demo& operator=(const Demo&) = delete;

  private:
    void run(const std::stop_token& stop) const;
    [[nodiscard]] base::Result<void> play(const std::stop_token& stop) const;

    const DemoParts parts_;
    std::jthread thread_;
};

}  // namespace flightcast::app::serve
