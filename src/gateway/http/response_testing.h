// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/http/message.h"

namespace flightcast::gateway::http {

// The value of the response's first header of that name; empty without one.
[[nodiscard]] inline std::string header_of(const Response& response, std::string_view name) {
    for (const Header& header : response.headers) {
        if (header.name == name) return header.value;
    }
    return {};
}

}  // namespace flightcast::gateway::http
