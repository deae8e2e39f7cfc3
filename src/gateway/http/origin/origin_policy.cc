// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/origin/origin_policy.h"

#include <algorithm>

#include "gateway/http/text.h"

namespace flightcast::gateway::http {
namespace {

// "https://host:443" names the same place as "Host: host".
bool same_place(std::string_view origin, std::string_view host) {
    const std::size_t slashes = origin.find("://");
    if (slashes == std::string_view::npos) return false;
    const std::string_view default_port = origin.starts_with("https") ? ":443" : ":80";
    std::string_view authority = origin.substr(slashes + 3);
    if (authority.ends_with(default_port)) authority.remove_suffix(default_port.size());
    if (host.ends_with(default_port)) host.remove_suffix(default_port.size());
    return equal_ignoring_case(authority, host);
}

bool is_own_by_browser(const Request& request) {
    const std::string_view site = request.headers.find("sec-fetch-site").value_or("");
    return site == "same-origin" || site == "none";
}

}  // namespace

bool OriginPolicy::listed(std::string_view origin) const {
    return std::ranges::any_of(origins_, [origin](const std::string& allowed) {
        return allowed == "*" || equal_ignoring_case(allowed, origin);
    });
}

bool OriginPolicy::allows(const Request& request) const {
    const auto origin = request.headers.find("origin");
    if (!origin || listed(*origin)) return true;
    return same_place(*origin, request.headers.find("host").value_or(""));
}

// "Origin: null" is foreign unless the browser says otherwise: any page can make it so, by a frame
// in a sandbox or by hiding the origin of its form. Our own pages send their origin.
bool OriginPolicy::allows_change(const Request& request) const {
    return allows(request) || is_own_by_browser(request);
}

std::vector<Header> OriginPolicy::headers_for(const Request& request) const {
    if (origins_.empty()) return {};
    const auto origin = request.headers.find("origin");
    if (std::ranges::find(origins_, "*") != origins_.end()) {
        return {{"Access-Control-Allow-Origin", "*"}};
    }
    std::vector<Header> headers = {{"Vary", "Origin"}};
    if (origin && listed(*origin)) {
        headers.push_back({"Access-Control-Allow-Origin", std::string(*origin)});
        if (credentials_) headers.push_back({"Access-Control-Allow-Credentials", "true"});
    }
    return headers;
}

Response OriginPolicy::preflight(const Request& request) const {
    Response response{.status = 204, .content_type = "", .headers = headers_for(request)};
    if (origins_.empty()) {
        response.headers.push_back({"Allow", "GET, POST, OPTIONS"});
        return response;
    }
    response.headers.push_back({"Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE"});
    if (const auto wanted = request.headers.find("access-control-request-headers")) {
        response.headers.push_back({"Vary", "Access-Control-Request-Headers"});
        response.headers.push_back({"Access-Control-Allow-Headers", std::string(*wanted)});
    }
    return response;
}

}  // namespace flightcast::gateway::http
