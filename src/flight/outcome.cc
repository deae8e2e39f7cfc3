// SPDX-License-Identifier: Apache-2.0
#include "flight/outcome.h"

#include "flight/prediction_json.h"

namespace flightcast::flight {

std::optional<Outcome> outcome_of_record(
    OutcomeKind kind, const std::optional<std::string>& value
) {
    if (!value) return std::nullopt;
    const std::optional<base::Uuid> id = uuid_of_outcome(*value);
    if (!id) return std::nullopt;
    return Outcome{.id = *id, .kind = kind, .json = *value};
}

}  // namespace flightcast::flight
