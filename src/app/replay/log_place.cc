// SPDX-License-Identifier: Apache-2.0
#include "app/replay/log_place.h"

#include <utility>

#include "app/serve/deployment.h"

namespace flightcast::app::replay {
namespace {

constexpr auto kReachPatience = std::chrono::seconds(10);  // with brokers

}  // namespace

base::Result<LogPlace> LogPlace::open(
    const options::ServeOptions& options, const base::Clock& clock
) {
    LogPlace place;
    if (options.kafka.empty()) {
        FC_TRY(place.engine_, EmbeddedEngine::start(options, clock));
        return place;
    }
    FC_TRY(auto chosen, serve::kafka_options(options));
    FC_TRY(place.kafka_, eventlog::kafka::KafkaLog::open(std::move(chosen), clock));
    FC_TRY_VOID(place.kafka_->reach(kReachPatience));
    FC_TRY_VOID(serve::ensure_topics(*place.kafka_, options));
    return place;
}

}  // namespace flightcast::app::replay
