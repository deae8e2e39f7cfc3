// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "gateway/api/model_desk.h"

namespace flightcast::gateway {

// The model and the experiments of a process, for its status: one JSON object. Members that nothing
// is known of are null.
[[nodiscard]] std::string model_status(
    const api::ModelDesk& desk, const std::function<std::string()>& card
);

}  // namespace flightcast::gateway
