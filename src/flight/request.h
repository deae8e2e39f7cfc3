// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "flight/calendar/local_time.h"

namespace flightcast::flight {

// Optional fields for a Spark model: the index of each text in its string indexer. No known program
// sends them; the original job takes them if they are there.
struct SparkIndices {
    std::optional<double> carrier;
    std::optional<double> origin;
    std::optional<double> dest;
    std::optional<double> route;

    bool operator==(const SparkIndices&) const = default;
};

// What the arrivals so far said about flights like this one, when it was answered: the values of
// the online features (features/online/values.h). Added by those who answer; no request carries
// them.
struct OnlineValues {
    std::uint32_t fold = 0;                      // the version of the fold that computed them
    std::optional<std::int64_t> arrival_offset;  // of the last arrival that they know, on its topic
    std::vector<float> values;                   // NaN where nothing is known

    bool operator==(const OnlineValues&) const = default;
};

// One flight that is leaving, as it stands on the request topic. The gateway fills in every field
// but the optional inputs; records of others may lack any, so the scorer copes with each being
// null.
struct Request {
    base::Uuid id;
    std::optional<double> dep_delay;         // minutes, negative is early; finite when ours
    std::optional<std::string> carrier;      // "AA"
    std::optional<std::string> flight_date;  // as forwarded: starts with YYYY-MM-DD when ours
    std::optional<std::string> origin;       // airport, "ATL"
    std::optional<std::string> dest;
    std::optional<std::string> flight_num;
    std::optional<double> distance;              // miles
    std::optional<std::int32_t> day_of_year;     // 1 .. 366
    std::optional<std::int32_t> day_of_month;    // 1 .. 31
    std::optional<std::int32_t> day_of_week;     // Monday 0 .. Sunday 6, unlike training data
    std::optional<LocalTime> timestamp;          // when it was asked, in the zone of the system
    std::optional<std::int32_t> crs_dep_time;    // scheduled departure, hhmm (0 .. 2359); ours only
    std::optional<base::WallTime> requested_at;  // as the client says (--accept-event-time); ours
    std::optional<double> crs_elapsed_time;      // minutes scheduled from gate to gate; ours only
    std::optional<SparkIndices> indices;         // read, never written
    std::optional<OnlineValues> online;          // never read

    bool operator==(const Request&) const = default;
};

// "ATL-SFO"; empty when an end is missing.
[[nodiscard]] std::string route_of(const Request& request);

}  // namespace flightcast::flight
