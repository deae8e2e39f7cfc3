// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>

#include "base/limits.h"
#include "gateway/http/message.h"

namespace flightcast::gateway::http {

struct HeadLimits {
    std::size_t bytes_max = base::limits::kHttpHeaderBytesMax;
    std::size_t headers_max = base::limits::kHttpHeadersMax;
    std::size_t target_bytes_max = base::limits::kHttpTargetBytesMax;
};

// Why a connection cannot go on: it gets this answer and is closed, because where the next request
// would start is not certain any more.
struct Malformed {
    unsigned status = 400;
    std::string reason;
};

enum class BodyKind : std::uint8_t { none, sized, chunked };

// The head of a request and how its body is delimited.
struct Head {
    Request request;
    BodyKind body_kind = BodyKind::none;
    std::uint64_t body_bytes = 0;  // of a sized body
    bool keep_alive = true;
    bool expects_continue = false;
    bool upgrade_to_websocket = false;  // Upgrade: websocket and Connection: Upgrade
};

struct NeedMore {};

// Where the head at the start of `bytes` ends: the number of bytes up to and with the empty line.
// The first `scanned` bytes were looked at before and had no end.
[[nodiscard]] std::variant<NeedMore, std::size_t, Malformed> find_head_end(
    std::string_view bytes, std::size_t scanned, const HeadLimits& limits
);

// Reads one header or trailer line, without its CRLF, into `headers`. REQUIRES: it is not empty.
[[nodiscard]] std::expected<void, Malformed> read_field(std::string_view line, Headers& headers);

// Reads a whole head (HTTP/1.0 or 1.1). Stricter than RFC 9112 asks, so that no proxy in front can
// see another request here than we do: refused are bare line feeds, folded lines, space before a
// colon, more than one Content-Length even when equal, Content-Length beside Transfer-Encoding, any
// transfer coding but exactly "chunked", chunked in HTTP/1.0, a missing or doubled Host.
[[nodiscard]] std::expected<Head, Malformed> parse_head(
    std::string_view head, const HeadLimits& limits
);

}  // namespace flightcast::gateway::http
