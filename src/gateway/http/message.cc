// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/message.h"

#include <algorithm>
#include <array>

#include "gateway/http/text.h"

namespace flightcast::gateway::http {
namespace {

constexpr auto kReasons = std::to_array<std::pair<unsigned, std::string_view>>({
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
});

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    std::ranges::copy_if(value, std::back_inserter(out), [](char c) {
        return c != '\r' && c != '\n' && c != '\0';
    });
    out.append("\r\n");
}

// 1xx, 204 and 304 have no body and say nothing about its length (RFC 9110, 8.6).
bool has_length(unsigned status) {
    return status >= 200 && status != 204 && status != 304;
}

}  // namespace

void Headers::add(std::string_view name, std::string_view value) {
    fields_.push_back({
        .at = static_cast<std::uint32_t>(text_.size()),
        .name_length = static_cast<std::uint32_t>(name.size()),
        .value_length = static_cast<std::uint32_t>(value.size()),
    });
    text_.append(name).append(value);
}

std::string_view Headers::name(std::size_t index) const {
    const Field& field = fields_[index];
    return std::string_view(text_).substr(field.at, field.name_length);
}

std::string_view Headers::value(std::size_t index) const {
    const Field& field = fields_[index];
    return std::string_view(text_).substr(field.at + field.name_length, field.value_length);
}

std::optional<std::string_view> Headers::find(std::string_view wanted) const {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        if (equal_ignoring_case(name(i), wanted)) return value(i);
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view wanted) const {
    std::size_t found = 0;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        if (equal_ignoring_case(name(i), wanted)) ++found;
    }
    return found;
}

std::optional<std::string> Headers::joined(std::string_view name) const {
    std::optional<std::string> all;
    for (std::size_t i = 0; i < size(); ++i) {
        if (!equal_ignoring_case(this->name(i), name)) continue;
        all = all ? *all + ", " : std::string();
        *all += value(i);
    }
    return all;
}

std::string_view Request::media_type() const {
    const std::string_view full = headers.find("content-type").value_or("");
    return trim(full.substr(0, full.find(';')));
}

Body::Body(std::string text) : text_(std::make_shared<const std::string>(std::move(text))) {}

std::string_view reason_phrase(unsigned status) {
    const auto* found =
        std::ranges::find(kReasons, status, &std::pair<unsigned, std::string_view>::first);
    return found == kReasons.end() ? "Unknown" : found->second;
}

std::string serialize_head(const Response& response, const ResponseFraming& framing) {
    std::string out;
    out.reserve(256);
    out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    out.append(reason_phrase(response.status)).append("\r\n");
    if (!framing.date.empty()) append_header(out, "Date", framing.date);
    if (!response.content_type.empty()) append_header(out, "Content-Type", response.content_type);
    for (const Header& header : response.headers) append_header(out, header.name, header.value);
    if (has_length(response.status)) {
        append_header(out, "Content-Length", std::to_string(response.body.view().size()));
    }
    append_header(out, "Connection", framing.keep_alive ? "keep-alive" : "close");
    out.append("\r\n");
    return out;
}

}  // namespace flightcast::gateway::http
