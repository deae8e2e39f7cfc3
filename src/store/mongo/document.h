// SPDX-License-Identifier: Apache-2.0
//
// Documents of the collections, and back. A prediction's has the fields and types that the original
// job writes, in its order, absent ones null, and ours behind them:
//
//     _id ObjectId, Origin String, DayOfWeek Int32, DayOfYear Int32, DayOfMonth Int32, Dest String,
//     DepDelay Double, Timestamp DateTime, FlightDate DateTime (midnight in the zone), Carrier
//     String, UUID String, Distance Double, Route String, Prediction Double; Probabilities Array of
//     Double, Model String, ScoredAt DateTime, Contributions Document of Doubles, Online Document:
//     Fold Int32, ArrivalOffset Int64, ExpectedArrDelay, Low, High Double, Values Array of Double
//     and null
//
// A failure's: _id, UUID, Reason, Message, Stage, Topic String, Partition Int32, Offset Int64,
// FailedAt DateTime, FailedAtMicros Int32 (the part that a DateTime lacks), Value String. A record
// that cannot be decoded is kept as it is: _id, UUID, Record String.
#pragma once

#include <optional>

#include "flight/calendar/time_zone.h"
#include "flight/object_id.h"
#include "flight/outcome.h"
#include "flight/prediction_json.h"
#include "store/mongo/handles.h"
#include "store/outcome_store.h"

namespace flightcast::store::mongo {

struct DocumentForm {
    flight::TimeZone zone;
    flight::ResponseFields fields = flight::ResponseFields::all;
};

// A document to be stored: its id, and the fields behind it.
struct NewDocument {
    flight::ObjectId id;
    Bson body;
};
[[nodiscard]] NewDocument document_of(const flight::Outcome& outcome, const DocumentForm& form);

// The outcome that a document of whatever writer stands for. Fields of another type are absent,
// unknown ones ignored; nothing if it has no UUID or, being a prediction, no class in Prediction.
[[nodiscard]] std::optional<StoredOutcome> outcome_of(
    flight::OutcomeKind kind, const bson_t& document, const flight::TimeZone& zone
);

[[nodiscard]] bson_oid_t to_oid(const flight::ObjectId& id);

}  // namespace flightcast::store::mongo
