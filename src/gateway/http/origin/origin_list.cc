// SPDX-License-Identifier: Apache-2.0
//
// An origin is scheme "://" host [":" port] (RFC 6454, 6.2). Browsers send names in lower case and
// in Punycode, and leave out the port that the scheme has anyway; only origins written like that
// can ever be met.
#include "gateway/http/origin/origin_list.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "gateway/http/text.h"

namespace flightcast::gateway::http {

using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kSchemeChars = "abcdefghijklmnopqrstuvwxyz0123456789+-.";
constexpr std::string_view kNameChars = "abcdefghijklmnopqrstuvwxyz0123456789-._";
constexpr std::string_view kAddressChars = "0123456789abcdef:.";  // between [ and ]

bool consists_of(std::string_view text, std::string_view chars) {
    return !text.empty() && text.find_first_not_of(chars) == std::string_view::npos;
}

bool is_scheme(std::string_view text) {
    return consists_of(text, kSchemeChars) && kLetters.find(text.front()) != std::string_view::npos;
}

bool is_host_name(std::string_view text) {
    if (!text.starts_with('[')) return consists_of(text, kNameChars);
    return text.ends_with(']') && consists_of(text.substr(1, text.size() - 2), kAddressChars);
}

// Where the host ends: at the colon of a port, not at those of "[::1]".
std::size_t host_end(std::string_view authority) {
    const std::size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos || authority.ends_with(']')) return authority.size();
    return colon;
}

// ":8080" -> ":8080"; empty without a port and for the scheme's own, nothing for an invalid port.
std::optional<std::string> shown_port(std::string_view scheme, std::string_view text) {
    if (text.empty()) return "";
    text.remove_prefix(1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
    const bool is_default = (scheme == "http" && port == 80) || (scheme == "https" && port == 443);
    return is_default ? "" : ":" + std::to_string(port);
}

std::optional<std::string> parse_origin(std::string_view text) {
    if (text == "*") return "*";
    const std::string origin = to_lower(text);
    const std::size_t slashes = origin.find("://");
    if (slashes == std::string::npos) return std::nullopt;
    const std::string_view scheme = std::string_view(origin).substr(0, slashes);
    std::string_view authority = std::string_view(origin).substr(slashes + 3);
    if (authority.ends_with('/')) authority.remove_suffix(1);
    const std::string_view host = authority.substr(0, host_end(authority));
    const auto port = shown_port(scheme, authority.substr(host.size()));
    if (!is_scheme(scheme) || !is_host_name(host) || !port) return std::nullopt;
    return std::string(scheme).append("://").append(host).append(*port);
}

}  // namespace

Result<std::vector<std::string>> parse_origins(std::string_view list) {
    std::vector<std::string> origins;
    while (!list.empty()) {
        const std::string_view member = list.substr(0, list.find(','));
        list.remove_prefix(std::min(member.size() + 1, list.size()));
        const std::string_view text = trim(member);
        if (text.empty()) continue;
        std::optional<std::string> origin = parse_origin(text);
        if (!origin) {
            return fail(
                Errc::invalid_argument,
                "'" + std::string(text) +
                    "' is no origin; give * or scheme://host[:port], as https://a.example, joined "
                    "by commas"
            );
        }
        origins.push_back(*std::move(origin));
    }
    return origins;
}

}  // namespace flightcast::gateway::http
