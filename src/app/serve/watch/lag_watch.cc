// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/lag_watch.h"

#include <chrono>
#include <utility>

#include "pipeline/upkeep.h"

namespace flightcast::app::serve {
namespace {

// Every gateway asks, so not as often as a scorer, which asks for its own group.
constexpr auto kGatewayLagEvery = std::chrono::seconds(5);

}  // namespace

LagWatch::LagWatch(
    eventlog::EventLog& log,
    std::vector<pipeline::StageSpec> stages,
    telemetry::Metrics& metrics,
    const base::Clock& clock,
    telemetry::Logger logger
)
    : stages_(std::move(stages)),
      worker_(
          {.log = nullptr,
           .parts = {},
           .chores =
               {{kGatewayLagEvery,
                 [this, &log, &metrics] {
                     // Brokers that are away would hold up the end of the process.
                     if (log.condition().trouble) return;
                     pipeline::publish_lag(log, stages_, metrics, pipeline::Lags::of_all);
                 }}},
           .logger = std::move(logger),
           .on_end = {}},
          clock.steady_now()
      ),
      thread_(worker_, clock) {
    thread_.start();
}

LagWatch::~LagWatch() {
    thread_.stop(std::chrono::microseconds(0));
}

}  // namespace flightcast::app::serve
