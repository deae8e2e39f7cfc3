// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/api/parts.h"
#include "gateway/http/message.h"

namespace flightcast::gateway::api {

// How flights go today, as the arrivals so far tell (today/today_json.h):
//
// - GET /api/v1/today: the airports by minutes lost now, of 20 flights at least each
// - GET /api/v1/airports/{code}: one airport
// - GET /api/v1/routes/{origin}-{dest}: one route
//
// 404 for an airport or a route that is neither in the table of routes nor in a report, with what
// is known in its stead; 503 with words where arrivals are off.
//
// Thread-safety: the I/O thread only.
[[nodiscard]] http::Response answer_today(const Parts& parts, const http::Request& request);
[[nodiscard]] http::Response answer_airport(const Parts& parts, const http::Request& request);
[[nodiscard]] http::Response answer_route(const Parts& parts, const http::Request& request);

}  // namespace flightcast::gateway::api
