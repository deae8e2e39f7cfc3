// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "flight/prediction.h"

namespace flightcast::experiment {

// The answer of one challenger.
struct ShadowAnswer {
    std::string model;  // "<name>@<version>"
    flight::Probabilities probabilities{};

    bool operator==(const ShadowAnswer&) const = default;
};

// A challenger that gives no usable answers, and is asked no more.
struct DroppedModel {
    std::string model;
    std::string reason;

    bool operator==(const DroppedModel&) const = default;
};

// The answers of all challengers to one request: a record of the shadow topic. No client sees it.
struct ShadowRecord {
    base::Uuid id;  // of the request
    std::vector<ShadowAnswer> answers;
    std::vector<DroppedModel> dropped;  // with this request

    bool operator==(const ShadowRecord&) const = default;
};

//     {"UUID":"...","Answers":[{"Model":"march@1f0c","Probabilities":[0.1,0.2,0.4,0.3]}],
//      "Dropped":[{"Model":"bad@2a3b","Reason":"..."}]}
//
// on one line; Dropped stands there only when it is not empty.
[[nodiscard]] std::string encode_shadow(const ShadowRecord& record);

// Reads one; unknown members are passed over. Errors: corrupt, with the reason.
[[nodiscard]] base::Result<ShadowRecord> decode_shadow(std::string_view json);

}  // namespace flightcast::experiment
