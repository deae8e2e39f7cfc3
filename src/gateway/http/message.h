// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strong_id.h"

namespace flightcast::gateway::http {

struct Header {
    std::string name;
    std::string value;
};

// The header fields of a request, in the order of arrival, in one piece of memory.
class Headers {
  public:
    // Appends a field. The name keeps its case; look-ups ignore it.
    void add(std::string_view name, std::string_view value);

    // The first field of that name; the view lives as long as this object is not changed.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

    [[nodiscard]] std::size_t count(std::string_view name) const;

    // All values of that name as one, separated by ", " (RFC 9110, 5.3).
    [[nodiscard]] std::optional<std::string> joined(std::string_view name) const;
    [[nodiscard]] std::size_t size() const { return fields_.size(); }
    [[nodiscard]] std::string_view name(std::size_t index) const;
    [[nodiscard]] std::string_view value(std::size_t index) const;

  private:
    struct Field {
        std::uint32_t at;  // in text_: the name, and right behind it the value
        std::uint32_t name_length;
        std::uint32_t value_length;
    };

    std::string text_;
    std::vector<Field> fields_;
};

// One request, as received. `path` and `query` are not decoded; see Query and Router.
struct Request {
    std::string method;
    std::string path;       // "/a/b%20c", always starts with '/' (or is "*" for OPTIONS)
    std::string query;      // the part behind the first '?', without it
    std::string parameter;  // the value of the route's <id> or *, decoded; set by the Router
    Headers headers;
    std::string body;
    std::string remote;  // the peer's address without port: "127.0.0.1"

    // The media type without parameters ("multipart/form-data"), as sent; empty without one.
    [[nodiscard]] std::string_view media_type() const;
};

// Bytes that may be shared: an answer to many clients is made once.
class Body {
  public:
    Body() = default;
    Body(std::string text);                                                    // NOLINT: by intent
    Body(const char* text) : Body(std::string(text)) {}                        // NOLINT
    Body(std::string_view text) : Body(std::string(text)) {}                   // NOLINT
    Body(std::shared_ptr<const std::string> text) : text_(std::move(text)) {}  // NOLINT

    [[nodiscard]] std::string_view view() const { return text_ ? *text_ : std::string_view(); }
    [[nodiscard]] const std::shared_ptr<const std::string>& shared() const { return text_; }

  private:
    std::shared_ptr<const std::string> text_;
};

// One answer. Content-Length, Date and Connection are the connection's business, not a header here.
struct Response {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";  // empty: none is sent
    std::vector<Header> headers{};
    Body body{};
};

// Answers one request: once, now or later, on the I/O thread. Does nothing when the client has
// left; when it is destroyed without a call, the client gets a 500.
using Respond = std::move_only_function<void(Response)>;

// Names one request and its answer for as long as the program runs; never used again.
using ExchangeId = base::StrongId<struct ExchangeIdTag, std::uint64_t>;

// "Not Found" for 404; "Unknown" for a status without a name here.
[[nodiscard]] std::string_view reason_phrase(unsigned status);

struct ResponseFraming {
    bool keep_alive = true;
    std::string_view date;  // an IMF-fixdate
};

// The status line and all headers, up to and with the empty line. Characters that could split a
// header (CR, LF, NUL) in a header's value are left out.
[[nodiscard]] std::string serialize_head(const Response& response, const ResponseFraming& framing);

}  // namespace flightcast::gateway::http
