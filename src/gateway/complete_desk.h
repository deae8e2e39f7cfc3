// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/api/model_desk.h"

namespace flightcast::gateway {

// The desk with every member: without a registry each question is answered with the reason.
[[nodiscard]] api::ModelDesk complete_desk(api::ModelDesk desk);

}  // namespace flightcast::gateway
