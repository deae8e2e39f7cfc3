// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/uuid.h"
#include "flight/calendar/time_zone.h"
#include "flight/prediction.h"
#include "text/json_reader.h"

namespace flightcast::flight {

// Which fields a response record has: also ours, or the original's alone (then it is byte-equal).
enum class ResponseFields { all, original };

// The value of a response record, as the original job writes it: compact, raw UTF-8, absent fields
// left out, doubles as Java prints them ("NaN" and "Infinity" as strings):
//
//     {"Origin":"ATL","DayOfWeek":6,"DayOfYear":360,"DayOfMonth":25,"Dest":"SFO","DepDelay":5.0,
//     "Timestamp":"2025-12-30T14:07:40.123Z","FlightDate":"2016-12-25","Carrier":"AA","UUID":"...",
//     "Distance":2139.0,"Route":"ATL-SFO","Prediction":2.0,"FlightNum":"12",
//     "CRSDepTime":1030,"RequestedAt":"2025-12-30T14:07:40.123000Z",
//     "Probabilities":[0.1,0.2,0.4,0.3],"Model":"default@1f0c","ScoredAt":"2025-12-30T14:07:40.125001Z",
//     "Contributions":{"Base":0.3,"DepDelay":0.15,"Carrier":-0.05},
//     "Online":{"Fold":1,"ArrivalOffset":4711,"ExpectedArrDelay":2.5,"Low":-12.6,"High":17.6,
//     "Values":[-2.5,3.25,null]}}
//
// on one line. Online is that of models with online features: the offset of the last arrival that
// was known, the arrival delay to be expected with the range of four flights in five, and the
// values of features/online/values.h, null where nothing is known. The request's timestamp is in
// `zone`. A flight_date that is no date is left out. REQUIRES: strings are UTF-8.
[[nodiscard]] std::string encode_prediction(
    const Prediction& prediction, ResponseFields fields, const TimeZone& zone
);

// The member of Contributions that is no feature: the probability before anything is known.
inline constexpr std::string_view kContributionBase = "Base";

// Reads the value of a response record, ours or an original job's, also spaced like Python's: any
// field but UUID and Prediction may be missing, null or of another type (then it is absent). The
// timestamp becomes a time in `zone`. Prediction may be 0 to 3. Errors: corrupt, with the
// reason.
[[nodiscard]] base::Result<Prediction> decode_prediction(
    std::string_view json, const TimeZone& zone
);

// Four finite numbers of a JSON array; nothing for any other value.
[[nodiscard]] std::optional<Probabilities> probabilities_of(const text::JsonValue& value);

// The UUID of a response or dead-letter record: the top-level "UUID" of a JSON object, nothing if
// it has none that is one. Skips all else, so that a gateway can look at every record.
[[nodiscard]] std::optional<base::Uuid> uuid_of_outcome(std::string_view json);

}  // namespace flightcast::flight
