// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/message.h"

namespace flightcast::gateway::http {

// A file's bytes in one content coding, compressed before.
struct EncodedForm {
    std::string coding;  // "br", "gzip"
    std::shared_ptr<const std::string> bytes;
    std::string etag;  // with its quotes
};

// A file as it is served.
struct Asset {
    std::shared_ptr<const std::string> bytes;
    std::string etag;  // with its quotes
    std::string content_type;
    std::string cache_control;
    std::vector<EncodedForm> encoded{};  // the preferred one first
};

// The file `name` with these bytes, in no other form. Browsers ask for it again and are told 304,
// so that a changed one shows at once.
[[nodiscard]] Asset asset_of(std::string_view name, std::string bytes);

// 200 with the bytes, in the first coding that the client takes, or 304 when it names the ETag that
// it has.
[[nodiscard]] Response serve_asset(const Request& request, const Asset& asset);

// A strong ETag: equal for equal bytes.
[[nodiscard]] std::string etag_of(std::string_view bytes);

}  // namespace flightcast::gateway::http
