// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "loadtest/net/event_loop.h"
#include "loadtest/net/http_line.h"
#include "loadtest/net/target.h"

namespace flightcast::replay::targets {

struct HttpAnswer {
    int status = 0;
    std::string body;
};

// A request; `headers` are whole lines, each with its end.
struct HttpQuestion {
    std::string_view method = "POST";
    std::string_view path{};
    std::string_view body{};
    std::string_view content_type = "application/json";
    std::string_view headers{};
};

struct HttpClientOptions {
    std::string token{};  // sent as a bearer token unless empty
    std::chrono::milliseconds answer_timeout = std::chrono::seconds(40);
    std::chrono::milliseconds patience = std::chrono::minutes(1);  // with a server that is away
    std::stop_token stop{};                                        // ends waiting, Errc::closed
};

// Asks one HTTP server, one request after the other, on a connection that is kept. A server that is
// away, breaks off or answers 502, 503 or 504 is asked again, a little later each time, until the
// patience ends: so a request must be one that may be repeated.
//
// Thread-safety: one thread.
class HttpClient {
  public:
    // unavailable when the host's name is unknown. REQUIRES: `clock` outlives the client.
    [[nodiscard]] static base::Result<std::unique_ptr<HttpClient>> open(
        const loadtest::net::Target& server, HttpClientOptions options, const base::Clock& clock
    );

    // The answer, whatever its status, but for those above. `headers` are whole lines, each with
    // its end. Errors: unavailable with the last reason when the patience ended; closed.
    [[nodiscard]] base::Result<HttpAnswer> post(
        std::string_view path, std::string_view body, std::string_view headers = {}
    );
    [[nodiscard]] base::Result<HttpAnswer> get(std::string_view path);

    // The same for other methods and bodies.
    [[nodiscard]] base::Result<HttpAnswer> send(const HttpQuestion& question);

  private:
    HttpClient(
        const loadtest::net::Target& server, HttpClientOptions options, const base::Clock& clock
    );

    [[nodiscard]] std::string head(std::string_view method, std::string_view path) const;
    base::Result<HttpAnswer> ask(const std::string& request);
    base::Result<HttpAnswer> ask_once(const std::string& request);
    bool pause(std::chrono::milliseconds time);

    const std::string authority_;
    const HttpClientOptions options_;
    loadtest::net::EventLoop loop_;
    loadtest::net::HttpLine line_;
    std::optional<base::Result<HttpAnswer>> answer_;
};

}  // namespace flightcast::replay::targets
