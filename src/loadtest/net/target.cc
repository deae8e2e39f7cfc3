// SPDX-License-Identifier: Apache-2.0
#include "loadtest/net/target.h"

#include <charconv>
#include <optional>

namespace flightcast::loadtest::net {
namespace {

using base::Errc;
using base::fail;

std::unexpected<base::Error> bad_url(std::string_view url, std::string_view why) {
    return fail(
        Errc::invalid_argument,
        "--url '" + std::string(url) + "' " + std::string(why) + "; write http://HOST:PORT"
    );
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
    std::uint16_t port = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, port);
    if (error != std::errc{} || stop != end || port == 0) return std::nullopt;
    return port;
}

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':';
}

}  // namespace

std::string Target::authority() const {
    const bool is_ipv6 = host.find(':') != std::string::npos;
    return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

base::Result<Target> parse_target(std::string_view url) {
    constexpr std::string_view kScheme = "http://";
    if (!url.starts_with(kScheme)) return bad_url(url, "does not start with http://");
    std::string_view rest = url.substr(kScheme.size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (rest.find_first_of("/?#") != std::string_view::npos) {
        return bad_url(url, "has a path, but the endpoints are fixed");
    }

    std::string_view host = rest.substr(0, rest.rfind(':'));
    std::string_view port = rest.substr(host.size());
    if (rest.starts_with('[')) {
        const std::size_t bracket = rest.find(']');
        if (bracket == std::string_view::npos) return bad_url(url, "lacks the closing ']'");
        host = rest.substr(1, bracket - 1);
        port = rest.substr(bracket + 1);
    } else if (host.find(':') != std::string_view::npos) {
        return bad_url(url, "has several ':' (an IPv6 address needs brackets)");
    }
    if (host.empty()) return bad_url(url, "names no host");
    for (const char c : host) {
        if (!is_host_character(c)) return bad_url(url, "has a character that no host name has");
    }
    if (port.empty()) return Target{std::string(host), 80};
    const auto number = port.front() == ':' ? parse_port(port.substr(1)) : std::nullopt;
    if (!number) return bad_url(url, "has no valid port (1-65535)");
    return Target{std::string(host), *number};
}

}  // namespace flightcast::loadtest::net
