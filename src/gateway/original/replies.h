// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "gateway/http/message.h"

namespace flightcast::gateway::original {

// Answers of the original's two endpoints: JSON, but called text/html, since its browser clients
// parse the text themselves and fail on a value that jQuery has parsed already.
[[nodiscard]] inline http::Response original_reply(unsigned status, std::string json) {
    http::Response response{.status = status, .content_type = "text/html; charset=utf-8"};
    response.headers.push_back({"Cache-Control", "no-store"});
    response.body = std::move(json);
    return response;
}

}  // namespace flightcast::gateway::original
