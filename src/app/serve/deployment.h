// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/options/options.h"
#include "app/serve/watch/data_folder.h"
#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/kafka/admin/inspection.h"
#include "eventlog/kafka/client/kafka_options.h"
#include "flight/calendar/time_zone.h"
#include "history/history_store.h"
#include "sqlite/checkpointer.h"
#include "store/mongo/mongo_options.h"
#include "store/outcome_store.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace flightcast::app::serve {

// The role of a process: all of it, or one of the two parts that may run on machines of their own.
enum class Role { serve, gateway, scorer };

[[nodiscard]] std::string_view name_of(Role role);

// The log and the store that one process works on: which engines, its role and options say.
//
// | role    | --kafka | --mongo | log          | store        |
// |---------|---------|---------|--------------|--------------|
// | serve   |         |         | data folder  | data folder  |
// | serve   |         | given   | data folder  | MongoDB      |
// | serve   | given   |         | Kafka        | data folder  |
// | any     | given   | given   | Kafka        | MongoDB      |
// | others  | given   |         | Kafka        | none         |
struct Deployment {
    std::optional<DataFolder> folder;  // when something is kept in it
    std::unique_ptr<eventlog::EventLog> log;
    std::unique_ptr<store::OutcomeStore> store;          // null: none
    std::unique_ptr<history::HistoryStore> history;      // where the store is; null: none
    std::unique_ptr<sqlite::Checkpointer> checkpointer;  // of the folder's file, if there is one

    eventlog::kafka::Inspection* inspection = nullptr;  // the log's, when that is in Kafka

    // Where it is, for people: no password in it.
    std::string log_place;
    std::string store_place;  // empty: none

    // Whether log and store are both in this process, so that nothing has to be waited for.
    [[nodiscard]] bool is_local() const;
};

// Refuses options that do not fit together, with Errc::invalid_argument and the option's name.
[[nodiscard]] base::Result<void> check_role(Role role, const options::ServeOptions& options);

// The tools of the process that opens a log and a store. All outlive them.
struct Tools {
    const base::Clock& clock;
    telemetry::Logger logger;
    telemetry::Metrics& metrics;
};

// Opens the parts that `role` needs. Does not wait for a broker or a database server.
// REQUIRES: check_role passed.
[[nodiscard]] base::Result<Deployment> open_deployment(
    Role role,
    const options::ServeOptions& options,
    const flight::TimeZone& zone,
    const Tools& tools
);

// How a process gets its log and store. Tests bring others than open_deployment() knows.
using OpenDeployment = std::function<decltype(open_deployment)>;

// How MongoDB is reached, as the options say; the password from its file when it stands there.
// Without `warn`.
[[nodiscard]] base::Result<store::mongo::MongoOptions> mongo_options(
    const options::ServeOptions& options, const flight::TimeZone& zone
);

// The same of Kafka.
[[nodiscard]] base::Result<eventlog::kafka::KafkaOptions> kafka_options(
    const options::ServeOptions& options
);

// Whether `error` means that the topic cannot be used as things are: it is missing, or a right for
// it. Else the log may just not answer now.
[[nodiscard]] bool is_refusal(
    const eventlog::Admin& admin, const std::string& topic, const base::Error& error
);

// Creates the topics that are missing or, when that is not wanted, fails with Errc::not_found for
// the first of them. A topic that predictions do not need may be missing, or out of reach for lack
// of a right: the result says why that part is off, and is empty when all are there. May take as
// long as the log's time-outs.
[[nodiscard]] base::Result<std::string> ensure_topics(
    eventlog::EventLog& log, const options::ServeOptions& options
);

// The same for the topics of the registry of models. Empty, or why they cannot be used.
[[nodiscard]] base::Result<std::string> ensure_model_topics(
    eventlog::EventLog& log, const options::ServeOptions& options
);

}  // namespace flightcast::app::serve
