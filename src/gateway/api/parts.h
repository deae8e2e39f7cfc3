// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "flight/active_routes.h"
#include "flight/time_zone.h"
#include "gateway/accept/acceptor.h"
#include "gateway/accept/intake.h"
#include "gateway/delivery/deliveries.h"
#include "gateway/http/message.h"
#include "store/outcome_store.h"

namespace flightcast::gateway::api {

// What the API works with. All of it outlives the API and every call of `post`.
struct Parts {
    accept::Intake& intake;
    delivery::Deliveries& deliveries;
    store::OutcomeStore* store;  // null: there is none
    const flight::ActiveRoutes& routes;
    const base::Clock& clock;
    accept::Post post;
    flight::TimeZone zone;
    std::function<bool(const http::Request&)> is_allowed;  // whether it brings the token, if any
    // A file that is part of the program, by its name; lives as long as the program.
    std::function<std::optional<std::string_view>(std::string_view name)> find_built_in;
    // What GET /api/v1/model answers, asked each time; none in a process that has no model.
    std::function<std::string()> model_json;
};

}  // namespace flightcast::gateway::api
