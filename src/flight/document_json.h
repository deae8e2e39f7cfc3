// SPDX-License-Identifier: Apache-2.0
//
// The bodies that the original's two HTTP endpoints answer with, spaced and escaped like Python's
// json.dumps.
#pragma once

#include <string>
#include <string_view>

#include "base/uuid.h"
#include "flight/calendar/time_zone.h"
#include "flight/intake.h"
#include "flight/object_id.h"
#include "flight/prediction.h"

namespace flightcast::flight {

// {"status": "OK", "id": "8e90da7e-..."}: the request is accepted.
[[nodiscard]] std::string accepted_body(const base::Uuid& id);

// {"status": "ERROR", "message": "..."}, followed by "field" if the error concerns one.
[[nodiscard]] std::string error_body(std::string_view message);
[[nodiscard]] std::string error_body(const FieldError& error);

// {"status": "WAIT", "id": "..."}: no outcome yet. `id` is repeated as the client wrote it.
[[nodiscard]] std::string wait_body(std::string_view id);

// {"status": "OK", "id": "...", "prediction": {...}}: the stored document in MongoDB's relaxed
// extended JSON, absent fields null in their places, our own fields last if there are any. Points
// in time are {"$date": "2025-12-30T14:07:40.123Z"} (no fraction when zero), before 1970
// {"$date": {"$numberLong": "-..."}}; FlightDate is midnight in `zone`. `id` is repeated as the
// client wrote it.
struct StoredPrediction {
    const Prediction& prediction;
    ObjectId object_id;
};
[[nodiscard]] std::string ok_body(
    std::string_view id, const StoredPrediction& stored, const TimeZone& zone
);

}  // namespace flightcast::flight
