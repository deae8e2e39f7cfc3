// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/accept/acceptor.h"
#include "gateway/http/message.h"

namespace flightcast::gateway::api {

// One thing that is wrong with a request.
struct FieldProblem {
    std::string pointer{};    // where in the body: a JSON Pointer (RFC 6901), "/3/Origin"; or
    std::string parameter{};  // which query parameter or header
    std::string detail{};     // the fault and the accepted values, one sentence

    bool operator==(const FieldProblem&) const = default;
};

// Why a request is not done (RFC 9457).
struct Problem {
    unsigned status = 400;
    std::string_view type = "about:blank";  // for programs; then the status says all
    std::string title{};                    // empty: the status's name
    std::string detail{};                   // for people, one sentence
    std::vector<FieldProblem> errors{};     // all of them
};

// The types that say more than a status.
inline constexpr std::string_view kInvalidRequest = "urn:flightcast:problem:invalid-request";
inline constexpr std::string_view kNotAccepted = "urn:flightcast:problem:not-accepted";
inline constexpr std::string_view kOutcomeUnknown = "urn:flightcast:problem:outcome-unknown";

// application/problem+json, never cached.
[[nodiscard]] http::Response problem_response(const Problem& problem);

// 503 to what the log did not take, or not in time.
[[nodiscard]] http::Response not_taken(const accept::Verdict& verdict);

// 403 to a field with the time of an event, where clients may not tell it.
[[nodiscard]] http::Response refuse_event_time(std::string_view field);

// 400 with the fault of one parameter or header.
[[nodiscard]] http::Response bad_parameter(std::string_view name, std::string detail);

}  // namespace flightcast::gateway::api
