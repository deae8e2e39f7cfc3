// SPDX-License-Identifier: Apache-2.0
#include "loadtest/net/http_response.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/limits.h"

namespace flightcast::loadtest::net {

using base::Errc;
using base::fail;
using base::Result;

struct HttpResponseReader::Body {
    std::string_view content;
    std::size_t bytes = 0;  // That it takes on the wire.
};

namespace {

constexpr std::string_view kLineEnd = "\r\n";

char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_text(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

std::string_view trim(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::size_t> parse_number(std::string_view digits, int base) {
    std::size_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number, base);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

std::unexpected<base::Error> bad_response(std::string what) {
    return fail(Errc::corrupt, "the server's HTTP answer " + std::move(what));
}

std::unexpected<base::Error> too_large(std::string_view what, std::size_t limit) {
    return fail(
        Errc::full,
        "the " + std::string(what) + " of the server's HTTP answer is larger than " +
            std::to_string(limit) + " bytes"
    );
}

// Reads "HTTP/1.1 200 OK" and the header lines about keeping the connection open.
Result<HttpResponse> parse_head(std::string_view head) {
    const std::string_view line = head.substr(0, head.find(kLineEnd));
    const bool is_http = line.size() >= 12 && line.starts_with("HTTP/1.") && line[8] == ' ';
    const auto status = is_http ? parse_number(line.substr(9, 3), 10) : std::nullopt;
    if (!status) return bad_response("starts with '" + std::string(line.substr(0, 60)) + "'");

    HttpResponse response{.status = static_cast<int>(*status), .head = head};
    const std::string_view connection = response.header("Connection");
    const bool is_1_0 = line[7] == '0';
    response.keeps_open =
        is_1_0 ? same_text(connection, "keep-alive") : !same_text(connection, "close");
    return response;
}

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const {
    std::string_view lines = head;
    while (true) {
        const std::size_t end = lines.find(kLineEnd);
        if (end == std::string_view::npos) return {};
        lines.remove_prefix(end + kLineEnd.size());
        const std::string_view line = lines.substr(0, lines.find(kLineEnd));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        if (same_text(line.substr(0, colon), name)) return trim(line.substr(colon + 1));
    }
}

void HttpResponseReader::append(std::string_view bytes) {
    buffer_.erase(0, used_);
    used_ = 0;
    buffer_.append(bytes);
}

Result<std::optional<HttpResponse>> HttpResponseReader::next() {
    return read(Stream::open);
}

Result<std::optional<HttpResponse>> HttpResponseReader::next_at_end() {
    FC_TRY(const auto response, read(Stream::ended));
    if (!response && !rest().empty()) {
        return fail(Errc::closed, "the server closed the connection in the middle of an answer");
    }
    return response;
}

std::string_view HttpResponseReader::rest() const {
    return std::string_view(buffer_).substr(used_);
}

void HttpResponseReader::clear() {
    buffer_.clear();
    used_ = 0;
}

Result<std::optional<HttpResponse>> HttpResponseReader::read(Stream stream) {
    using base::limits::kHttpHeaderBytesMax;
    while (true) {
        const std::string_view bytes = rest();
        const std::size_t head_end = bytes.find("\r\n\r\n");
        if (std::min(head_end, bytes.size()) > kHttpHeaderBytesMax) {
            return too_large("head", kHttpHeaderBytesMax);
        }
        if (head_end == std::string_view::npos) return std::nullopt;
        FC_TRY(HttpResponse response, parse_head(bytes.substr(0, head_end)));
        const std::size_t head_bytes = head_end + 4;
        if (response.status / 100 == 1 && response.status != 101) {
            used_ += head_bytes;
            continue;
        }
        FC_TRY(const auto body, find_body(response, bytes.substr(head_bytes), stream));
        if (!body) return std::nullopt;
        response.body = body->content;
        used_ += head_bytes + body->bytes;
        return response;
    }
}

Result<std::optional<HttpResponseReader::Body>> HttpResponseReader::find_body(
    const HttpResponse& response, std::string_view after_head, Stream stream
) {
    using base::limits::kHttpBodyBytesMax;
    if (response.status == 101 || response.status == 204 || response.status == 304) return Body{};
    if (same_text(response.header("Transfer-Encoding"), "chunked")) {
        return decode_chunks(after_head);
    }
    const std::string_view length_text = response.header("Content-Length");
    if (length_text.empty()) {
        if (after_head.size() > kHttpBodyBytesMax) return too_large("body", kHttpBodyBytesMax);
        if (stream == Stream::open) return std::nullopt;
        return Body{after_head, after_head.size()};
    }
    const auto length = parse_number(length_text, 10);
    if (!length) return bad_response("has Content-Length '" + std::string(length_text) + "'");
    if (*length > kHttpBodyBytesMax) return too_large("body", kHttpBodyBytesMax);
    if (after_head.size() < *length) return std::nullopt;
    return Body{after_head.substr(0, *length), *length};
}

// Chunks are `SIZE[;extension] CRLF BYTES CRLF`, the last has size 0 and is followed by header
// lines and an empty line.
Result<std::optional<HttpResponseReader::Body>> HttpResponseReader::decode_chunks(
    std::string_view bytes
) {
    using base::limits::kHttpBodyBytesMax;
    dechunked_.clear();
    std::string_view rest = bytes;
    while (true) {
        const std::size_t line_end = rest.find(kLineEnd);
        if (line_end == std::string_view::npos) return std::nullopt;
        const std::string_view line = rest.substr(0, line_end);
        const auto size = parse_number(trim(line.substr(0, line.find(';'))), 16);
        if (!size) return bad_response("has a chunk of size '" + std::string(line) + "'");
        if (*size > kHttpBodyBytesMax - dechunked_.size()) {
            return too_large("body", kHttpBodyBytesMax);
        }
        if (*size == 0) {
            // From the CRLF of this line on, so that an absent trailer ends here, too.
            const std::size_t end = rest.find("\r\n\r\n", line_end);
            if (end == std::string_view::npos) return std::nullopt;
            return Body{dechunked_, bytes.size() - rest.size() + end + 4};
        }
        rest.remove_prefix(line_end + kLineEnd.size());
        if (rest.size() < *size + kLineEnd.size()) return std::nullopt;
        if (rest.substr(*size, 2) != kLineEnd) return bad_response("has a chunk without an end");
        dechunked_.append(rest.substr(0, *size));
        rest.remove_prefix(*size + kLineEnd.size());
    }
}

}  // namespace flightcast::loadtest::net
