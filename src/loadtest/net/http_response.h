// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace flightcast::loadtest::net {

// One answer of an HTTP server. Its views live until the reader that gave it is used again.
struct HttpResponse {
    int status = 0;
    bool keeps_open = false;  // The connection may carry another request.
    std::string_view head{};  // Status line and header lines.
    std::string_view body{};

    // The value of the first header `name` (any case), trimmed; empty when it is absent.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

// Cuts HTTP/1.x answers (RFC 9112) out of the bytes of a connection: bodies with a length, chunked,
// or up to the end of the stream. Interim answers (1xx but 101) are skipped. It shares no code with
// the gateway's parser: a test of a server should not repeat its mistakes. Owns no socket.
//
// Thread-safety: one thread only.
class HttpResponseReader {
  public:
    void append(std::string_view bytes);

    // The next whole answer; nothing when more bytes are needed. Corrupt when this is not HTTP,
    // full when head or body are larger than base::limits allow.
    [[nodiscard]] base::Result<std::optional<HttpResponse>> next();

    // The same, when the server has closed the connection: closed when that cuts an answer short.
    [[nodiscard]] base::Result<std::optional<HttpResponse>> next_at_end();

    // The bytes after the last answer: those of the new protocol after 101.
    [[nodiscard]] std::string_view rest() const;

    // Ready for a new connection.
    void clear();

  private:
    enum class Stream { open, ended };
    struct Body;
    [[nodiscard]] base::Result<std::optional<HttpResponse>> read(Stream stream);
    [[nodiscard]] base::Result<std::optional<Body>> find_body(
        const HttpResponse& response, std::string_view after_head, Stream stream
    );
    [[nodiscard]] base::Result<std::optional<Body>> decode_chunks(std::string_view bytes);

    std::string buffer_;
    std::size_t used_ = 0;  // Bytes of the buffer that belong to answers already given.
    std::string dechunked_;
};

}  // namespace flightcast::loadtest::net
