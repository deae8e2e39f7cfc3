// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "features/online/fold.h"
#include "flight/active_routes.h"
#include "flight/calendar/time_zone.h"
#include "gateway/accept/acceptor.h"
#include "gateway/accept/intake.h"
#include "gateway/api/model_desk.h"
#include "gateway/delivery/deliveries.h"
#include "gateway/http/message.h"
#include "history/history_desk.h"
#include "performance/performance.h"
#include "performance/performance_json.h"
#include "store/outcome_store.h"

namespace flightcast::gateway::api {

// The objects that the API works with. All of them outlive the API and every call of `post`.
struct Parts {
    accept::Intake& intake;
    delivery::Deliveries& deliveries;
    store::OutcomeStore* store;  // null: no store
    const flight::ActiveRoutes& routes;
    const base::Clock& clock;
    accept::Post post;
    flight::TimeZone zone;
    std::function<bool(const http::Request&)> is_allowed;  // whether it brings the token, if any
    accept::Acceptor& acceptor;
    std::string arrival_topic;
    std::function<bool(const http::Request&)> is_admin;  // whether it brings the admin token
    bool accept_event_time = false;                      // whether clients may tell times of events
    const performance::Performance& performance;
    std::function<base::WallTime()> end_of_figures;  // up to when windows go
    std::function<std::string()> performance_off;    // why there are no figures; empty: there are
    const features::online::Fold& days;              // of the arrivals so far
    std::function<base::WallTime()> now_of_days;     // up to when they go
    std::function<std::string()> arrivals_off;       // why there are none; empty: there are
    // What the evaluator of this process could not judge; none: it is in another one.
    std::function<std::optional<performance::Unjudged>()> unjudged{};
    history::AskDaySums day_sums{};  // of the store; none: no store keeps them
    // A file that is part of the program, by its name; lives as long as the program.
    std::function<std::optional<std::string_view>(std::string_view name)> find_built_in;
    // The answer of GET /api/v1/model, asked each time; empty in a process without a model.
    std::function<std::string()> model_json;
    ModelDesk models;
    std::string model_parts_topic;
    std::function<std::string()> status{};  // of this process, as JSON; empty: none is kept
};

}  // namespace flightcast::gateway::api
