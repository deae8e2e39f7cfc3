// SPDX-License-Identifier: Apache-2.0
#include "app/train/train_log.h"

#include <memory>
#include <string>
#include <utility>

#include "app/cli/time_zone_flag.h"
#include "app/topics/topics_read.h"
#include "app/topics/topics_source.h"
#include "base/clock.h"
#include "models/bundled.h"

namespace flightcast::app::train {

base::Result<logged::Logged> read_log(const TrainLog& log, std::size_t flights_max) {
    const options::ServeOptions& serve = log.serve;
    FC_TRY(const flight::TimeZone zone, cli::find_time_zone(serve.timezone));
    FC_TRY(const flight::RouteTable routes, models::load_routes());
    const base::SystemClock clock;
    FC_TRY(const auto source, topics::TopicsSource::open(serve, clock));
    const flight::TopicSet topics = serve.topics();
    logged::LoggedFlights flights(
        {.topics = topics,
         .zone = zone,
         .horizon = serve.arrival_horizon,
         .sources = serve.ranked_sources(),
         .period = log.period,
         .flights_max = flights_max}
    );
    const auto take = [&flights](const eventlog::Record& record) { return flights.take(record); };
    for (const std::string& topic : {topics.response, topics.evaluation, topics.arrival}) {
        FC_TRY_VOID(topics::read_to_end(*source, topic, eventlog::FromBeginning{}, take));
    }
    const std::string name = serve.kafka.empty() ? "the log of " + serve.data_folder().string()
                                                 : "Kafka at " + serve.kafka;
    return std::move(flights).finish(name, routes);
}

}  // namespace flightcast::app::train
