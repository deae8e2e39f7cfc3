// SPDX-License-Identifier: Apache-2.0
//
// method SP target SP "HTTP/1." [01] CRLF *(name ":" OWS value OWS CRLF) CRLF      (RFC 9112)
#include "gateway/http/head.h"

#include <algorithm>
#include <charconv>

#include "gateway/http/text.h"

namespace flightcast::gateway::http {
namespace {

using Outcome = std::expected<void, Malformed>;

std::unexpected<Malformed> refuse(unsigned status, std::string reason) {
    return std::unexpected(Malformed{status, std::move(reason)});
}

std::unexpected<Malformed> refuse(std::string reason) {
    return refuse(400, std::move(reason));
}

// Takes the next line off `rest`, without its CRLF. Every line is known to have one.
std::string_view take_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end - 1);
    rest.remove_prefix(end + 1);
    return line;
}

// "http://host/path" is the form for proxies; a server has to take it too (RFC 9112, 3.2.2).
std::string_view without_authority(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        const std::size_t end = target.find_first_of("/?", scheme.size());
        return end == std::string_view::npos ? std::string_view("/") : target.substr(end);
    }
    return target;
}

Outcome read_target(std::string_view target, Request& request) {
    const bool visible = std::ranges::all_of(target, [](char c) { return c > ' ' && c < '\x7f'; });
    if (!visible) return refuse("the request target has characters that must be percent-encoded");
    if (target.find('#') != std::string_view::npos)
        return refuse("the request target has a fragment");
    target = without_authority(target);
    const bool asterisk = target == "*" && request.method == "OPTIONS";
    if (!asterisk && !target.starts_with('/')) return refuse("the request target is not a path");
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
    return {};
}

// Returns the minor version.
std::expected<int, Malformed> read_request_line(
    std::string_view line, Request& request, const HeadLimits& limits
) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return refuse("the request line is malformed");
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(method)) return refuse("the method is malformed");
    if (method.size() > base::limits::kHttpMethodBytesMax)
        return refuse(501, "the method is unknown");
    if (target.size() > limits.target_bytes_max)
        return refuse(414, "the request target is too long");
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return version.starts_with("HTTP/")
                   ? refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken here")
                   : refuse("the request line is malformed");
    }
    request.method = method;
    if (auto read = read_target(target, request); !read) return std::unexpected(read.error());
    return version.back() - '0';
}

Outcome read_framing(int minor_version, Head& head) {
    const Headers& headers = head.request.headers;
    const auto length = headers.find("content-length");
    const auto coding = headers.find("transfer-encoding");
    if (headers.count("content-length") > 1) return refuse("there is more than one Content-Length");
    if (length && coding) return refuse("there are both Content-Length and Transfer-Encoding");
    if (coding) {
        if (minor_version == 0) return refuse("HTTP/1.0 has no Transfer-Encoding");
        if (headers.count("transfer-encoding") > 1 || !equal_ignoring_case(*coding, "chunked")) {
            return refuse(501, "the only transfer coding known here is chunked");
        }
        head.body_kind = BodyKind::chunked;
    }
    if (length) {
        const char* end = length->data() + length->size();
        const auto [stop, error] = std::from_chars(length->data(), end, head.body_bytes);
        if (error != std::errc() || stop != end) return refuse("Content-Length is not a number");
        head.body_kind = head.body_bytes > 0 ? BodyKind::sized : BodyKind::none;
    }
    return {};
}

// Whether a list, which may be spread over several headers of one name, has the member.
bool lists_have(const Headers& headers, std::string_view name, std::string_view member) {
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (equal_ignoring_case(headers.name(i), name) && list_has(headers.value(i), member)) {
            return true;
        }
    }
    return false;
}

// Whether all its characters may be in a host and a port (RFC 3986, 3.2.2 and 3.2.3).
bool is_host(std::string_view text) {
    constexpr std::string_view kMarks = "-._~%!$&'()*+,;=:[]";
    return std::ranges::all_of(text, [&](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
    });
}

Outcome read_connection(int minor_version, Head& head) {
    const Headers& headers = head.request.headers;
    const std::size_t hosts = headers.count("host");
    if (hosts > 1 || (hosts == 0 && minor_version == 1))
        return refuse("there must be one Host header");
    if (!is_host(headers.find("host").value_or(""))) return refuse("Host is no host and port");
    head.keep_alive = minor_version == 1 ? !lists_have(headers, "connection", "close")
                                         : lists_have(headers, "connection", "keep-alive");
    head.upgrade_to_websocket = minor_version == 1 &&
                                lists_have(headers, "connection", "upgrade") &&
                                lists_have(headers, "upgrade", "websocket");
    if (const auto expect = headers.find("expect")) {
        if (!equal_ignoring_case(*expect, "100-continue"))
            return refuse(417, "this Expect is unknown");
        head.expects_continue = minor_version == 1 && head.body_kind != BodyKind::none;
    }
    return {};
}

}  // namespace

std::expected<void, Malformed> read_field(std::string_view line, Headers& headers) {
    if (line.front() == ' ' || line.front() == '\t') return refuse("a header line is folded");
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return refuse("a header line has no colon");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim(line.substr(colon + 1));
    if (!is_token(name)) return refuse("a header name is malformed");
    const bool printable = std::ranges::all_of(value, [](char c) {
        return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
    });
    if (!printable) return refuse("the header " + std::string(name) + " has a control character");
    headers.add(name, value);
    return {};
}

std::variant<NeedMore, std::size_t, Malformed> find_head_end(
    std::string_view bytes, std::size_t scanned, const HeadLimits& limits
) {
    std::size_t newline = bytes.find('\n', scanned);
    while (newline != std::string_view::npos) {
        if (newline == 0 || bytes[newline - 1] != '\r')
            return Malformed{400, "a line ends without CR"};
        if (newline + 1 > limits.bytes_max) break;
        const bool empty_line = newline >= 3 && bytes[newline - 2] == '\n';
        if (empty_line) return newline + 1;
        if (newline == 1) return Malformed{400, "the request line is empty"};
        newline = bytes.find('\n', newline + 1);
    }
    if (bytes.size() >= limits.bytes_max) return Malformed{431, "the header is too large"};
    return NeedMore{};
}

std::expected<Head, Malformed> parse_head(std::string_view text, const HeadLimits& limits) {
    Head head;
    std::string_view rest = text;
    const auto minor_version = read_request_line(take_line(rest), head.request, limits);
    if (!minor_version) return std::unexpected(minor_version.error());
    for (std::string_view line = take_line(rest); !line.empty(); line = take_line(rest)) {
        if (head.request.headers.size() >= limits.headers_max) {
            return refuse(431, "there are too many headers");
        }
        if (auto read = read_field(line, head.request.headers); !read) {
            return std::unexpected(read.error());
        }
    }
    if (auto read = read_framing(*minor_version, head); !read) return std::unexpected(read.error());
    if (auto read = read_connection(*minor_version, head); !read)
        return std::unexpected(read.error());
    return head;
}

}  // namespace flightcast::gateway::http
