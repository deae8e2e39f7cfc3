// SPDX-License-Identifier: Apache-2.0
#include "gateway/error_pages.h"

#include <string>

#include "flight/document_json.h"
#include "gateway/api/api.h"
#include "gateway/original/replies.h"

namespace flightcast::gateway {

http::Response error_page(const http::Request& request, unsigned status, std::string_view why) {
    if (request.path.starts_with(kSubmitPath)) {
        return original::original_reply(status, flight::error_body(why));
    }
    if (api::is_api_path(request.path)) return api::error_response(status, why);
    return {.status = status, .body = std::string(why) + "\n"};
}

bool is_for_pages(std::string_view path) {
    return api::is_api_path(path) || path.starts_with(kSubmitPath);
}

http::Response unauthorized() {
    http::Response response = original::original_reply(
        401, flight::error_body("this server wants its token: Authorization: Bearer TOKEN")
    );
    response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
}

}  // namespace flightcast::gateway
