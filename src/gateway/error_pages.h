// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "gateway/http/message.h"

namespace flightcast::gateway {

inline constexpr const char* kSubmitPath = "/flights/delays/predict/classify_realtime";

// The router's own answers: JSON where the original's clients ask, a problem below the JSON API, a
// plain page elsewhere.
[[nodiscard]] http::Response error_page(
    const http::Request& request, unsigned status, std::string_view why
);

// Whether pages of other origins may use `path`, where origins are named.
[[nodiscard]] bool is_for_pages(std::string_view path);

// The answer of the original's endpoints to a request without the token.
[[nodiscard]] http::Response unauthorized();

}  // namespace flightcast::gateway
