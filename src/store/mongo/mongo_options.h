// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "flight/calendar/time_zone.h"
#include "flight/prediction_json.h"

namespace flightcast::store::mongo {

// The place and the collections of MongoDB; the names are the original system's.
struct MongoOptions {
    // "mongodb://user@host:27017/?authSource=admin&tls=true&tlsCAFile=/etc/ca.pem"; everything that
    // a connection string of MongoDB may say. Time limits in it count before those below.
    std::string uri;
    // Used instead of one in `uri`, so that it need not stand there; empty: the one in `uri`.
    std::string password;

    std::string database = "agile_data_science";
    std::string predictions = "flight_delay_ml_response";  // collection
    std::string failures = "flight_delay_ml_failure";      // collection, ours alone
    std::string distances = "origin_dest_distances";       // collection

    // How long it may take to find a server, to connect to it, and to wait for its answer.
    std::chrono::milliseconds selection_timeout = base::limits::kMongoSelectionTimeout;
    std::chrono::milliseconds connect_timeout = base::limits::kMongoConnectTimeout;
    std::chrono::milliseconds answer_timeout = base::limits::kMongoAnswerTimeout;

    // Documents go this long after their request; 0: never.
    std::chrono::milliseconds ttl{0};

    flight::TimeZone zone;  // of FlightDate's midnight
    flight::ResponseFields fields = flight::ResponseFields::all;

    // Takes warnings that nothing depends on: an index that may not be made. Called
    // from any thread; null: warnings are dropped.
    std::function<void(const std::string&)> warn;
};

// `uri` for people and logs: passwords are replaced by "***".
[[nodiscard]] std::string redacted_uri(std::string_view uri);

}  // namespace flightcast::store::mongo
