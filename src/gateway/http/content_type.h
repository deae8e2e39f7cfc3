// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace flightcast::gateway::http {

// The media type for the extension of `path`, in whatever case; application/octet-stream for one
// that is not known. Texts are UTF-8.
[[nodiscard]] std::string_view content_type_for(std::string_view path);

}  // namespace flightcast::gateway::http
